# The webhook's image: docs/install.md tells how to build and push it. Both bases are pinned by digest; the tags say what they were.

FROM node:24.21.0-trixie-slim@sha256:173f125896c3b47ddf056734c7ea789d04595a6a08769a8f78e0df642781fb66 AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc tsconfig.json ./
RUN npm ci
COPY tools/*.ts tools/
COPY src src
RUN npm run build
RUN npm run --silent sbom > dist/sbom.cdx.json

# Node and the libraries that it needs: no shell, no package manager. Its entry point is Node, its user 65532.
FROM gcr.io/distroless/nodejs24-debian13:nonroot@sha256:bb6b03d81066993293a10feda7250e8e1cc034035fe9b61cfceededa7c8bf04d
COPY --from=build /build/dist /app/dist
WORKDIR /app
# By number: kubelets cannot tell of a name that it is not root's.
USER 65532:65532
EXPOSE 9443 8080
ENTRYPOINT ["/nodejs/bin/node", "/app/dist/main.js"]
CMD ["serve"]
