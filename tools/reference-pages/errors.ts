import { failed } from '../../src/admission/answer.ts'
import { tellings, type Audience } from '../../src/admission/notice.ts'
import type { ReviewErrorCode } from '../../src/admission/errors.ts'
import type { Handled } from '../../src/admission/handle.ts'
import type { ClusterErrorCode } from '../../src/cluster/errors.ts'
import type { TemplateErrorCode } from '../../src/gotemplate/errors.ts'
import type { YamlErrorCode } from '../../src/goyaml/index.ts'
import { coverageReasons } from '../../src/coverage/types.ts'
import { explanationReasons } from '../../src/explanation/explanation.ts'
import { reasons, type ReasonCode } from '../../src/injection/decision.ts'
import {
  InjectionError,
  type InjectionErrorCode,
  type SettingsErrorCode,
} from '../../src/injection/errors.ts'
import type { ManifestErrorCode } from '../../src/manifests/errors.ts'
import type { QuestionErrorCode } from '../../src/page/errors.ts'
import type { InputErrorCode } from '../../src/reviews/errors.ts'
import * as answers from '../../src/server/errors.ts'
import { defaultLimits } from '../../src/server/limits.ts'
import type { ConfigMapErrorCode, RevisionsErrorCode } from '../../src/sources/errors.ts'
import type { CertificateErrorCode } from '../../src/tls/errors.ts'

/* The codes come from the types: one that is missing here, or too many, does not compile. */

const refusals: Readonly<Record<InjectionErrorCode, string>> = {
  'pod-undecodable': '`request.object` is missing, is no Pod, or has a field of another type',
  'annotation-invalid':
    'an annotation has a value that the release refuses, or names a template that is not there',
  'template-failed': 'a template failed on this pod, or wanted more than its limits allow',
  'overlay-invalid': 'the rendered text is no YAML, or does not fit a Pod',
  'settings-invalid': 'the settings cannot be used for this pod',
  internal: 'a defect of this program',
}

const unreadable: Readonly<Record<ReviewErrorCode, string>> = {
  'not-json': 'the body cannot be parsed (answered as text with status 400)',
  'not-a-review': 'JSON, but no AdmissionReview of admission.k8s.io/v1 or v1beta1, or one without a request',
  'not-a-pod': 'a review of another kind than Pod',
}

const settings: Readonly<Record<SettingsErrorCode, string>> = {
  'config-invalid': 'key `config` of ConfigMap istio-sidecar-injector cannot be read, or a selector in it',
  'template-invalid': 'a template in it cannot be parsed, or calls a function that its release does not have',
  'values-invalid': 'key `values` cannot be read',
  'mesh-invalid': 'key `mesh` of ConfigMap istio cannot be read, or the release refuses a value in it',
  'proxy-configs-invalid': 'the ProxyConfig resources cannot be read, or one of them is of another kind',
  'release-unknown': '`--istioVersion` names no release',
}

const revisions: Readonly<Record<RevisionsErrorCode, string>> = {
  'none-usable': 'the folder of `--revisionsDir` has no revision, or none that can be used',
  misnamed: 'a folder whose name no revision can have is left out',
}

const configMaps: Readonly<Record<ConfigMapErrorCode, string>> = {
  'config-map-missing': 'one of the two ConfigMaps of a revision is not there',
  'key-missing': 'it is there, without the key that is read, or with nothing under it',
  'key-binary': 'the key is there as `binaryData`: the file that it was made of was no UTF-8',
}

const cluster: Readonly<Record<ClusterErrorCode, string>> = {
  kubeconfig: 'there is no kubeconfig, or it cannot be used: the message says what to do on Amazon EKS',
  unreachable: 'no answer: address, network, TLS, or silence for too long',
  unauthorized: '401: the credentials are not taken',
  forbidden: '403: a right is missing ([rights.md](rights.md) lists them)',
  'not-found': '404',
  conflict: '409',
  gone: '410: what was to be gone on with is forgotten; all is listed anew',
  'too-many-requests': '429',
  invalid: 'another status from 400 to 499',
  server: 'a status from 500 on, or a failure within a watch',
  garbled: 'an answer that is not what an API server writes',
}

const certificates: Readonly<Record<CertificateErrorCode, string>> = {
  'certificate-unreadable': 'the file has no certificate in PEM form',
  'key-unreadable': 'the file has no private key in PEM form, or one with a passphrase',
  'key-mismatch': 'the key belongs to another certificate',
  'pair-unusable': 'OpenSSL does not take the pair: too weak, or the chain is broken',
}

const manifests: Readonly<Record<ManifestErrorCode, string>> = {
  'yaml-invalid': 'a document is no YAML',
  'object-undecodable': 'a document of a known kind does not fit it',
  'injection-failed': 'the pod template could not be injected; the reason is one of the refusals above',
}

const inputs: Readonly<Record<InputErrorCode, string>> = {
  'json-invalid': 'a line is no JSON, where every line is to be an object',
  'json-too-deep': 'a line of JSON is nested deeper than 500 levels',
  'yaml-invalid': 'a document is no YAML',
}

const questions: Readonly<Record<QuestionErrorCode, string>> = {
  'question-invalid': "the question is none of the page's own",
}

const templates: Readonly<Record<TemplateErrorCode, string>> = {
  parse: "the template's text is wrong",
  execute: 'it does not fit the data, or a function failed',
  limit: 'it wanted more steps, more output or more depth than allowed (see differences)',
}

const yaml: Readonly<Record<YamlErrorCode, string>> = {
  syntax: 'the text is no YAML',
  character: 'a control character, or bytes that are no UTF-8',
  anchor: 'an alias without its anchor, or inside of it',
  'too-large': 'too deep, too many nodes, or too much of it by aliases',
  merge: '`<<` with something else than maps',
  tag: 'a scalar that its tag does not fit',
  key: 'a map key that JSON cannot say',
  number: '`.inf` or `.nan` where JSON wants a number',
}

const http: readonly (readonly [Handled, string])[] = [
  [answers.badRequest, 'the path has a broken escape'],
  [answers.noBody, 'the body is empty'],
  [answers.notFound, 'another path than /inject and what is below it'],
  [answers.methodNotAllowed, 'another method than POST'],
  [answers.tooLarge(defaultLimits.body), `the body has more than ${defaultLimits.body / 1024 / 1024} MiB`],
  [answers.wrongMediaType, 'the body is not sent as application/json'],
  [answers.internalError, 'a defect of this program'],
]

/** docs/errors.md */
export function errorsPage(): string {
  return `# Errors and reasons

<!-- Made from the code's tables by \`npm run reference\`; do not edit. -->

Codes are stable: they are label values of [metrics](metrics.md), members of the log's lines and audit annotations, and
what tests match. Messages are for people and may change; those of a release are in its own words.

## Reasons

Why a pod is injected or not; the label \`reason\` of \`eks_sidecar_injector_decisions_total\` and the audit annotation
\`reason\`. They are looked at in this order; the first that decides is the reason.

${table(['reason', 'what it says', 'who is told of a skip'], Object.entries(reasons).map(reasonRow))}

Whoever creates the pod is told by a warning, the owner by an Event ([explain.md](explain.md)).

## Refusals

The pod asked for a sidecar that cannot be made, so that it is not created: \`allowed: false\`, with \`status.code\` and a
message that ends in the advice. kubectl shows it; the ReplicaSet's events do, too.

${table(
  ['reason', 'code', 'what is wrong', 'what to do'],
  Object.entries(refusals).map(([code, what]) => refusalRow(code, what)),
)}

A template's error names line and column; \`review --diff\`, \`kube-inject\` and the log of the start show the line as well:

    template: inject:2:3: executing "inject" at <.Spec.Nme>: can't evaluate field Nme in type v1.PodSpec
      2 | {{ .Spec.Nme }}
        |        ^

## Pods that are there

What [\`coverage\`](coverage.md), its metric and [\`explain\`](explain.md) say beside the reasons above.

${table(['reason', 'what it says'], Object.entries(coverageReasons))}

Of what would become of a pod \`explain\` says, beside reasons and refusals:

${table(['reason', 'what it says'], Object.entries(explanationReasons))}

## No review of a pod

Refused with code 400, so that nobody takes such a request for looked at: a webhook is registered for what it cannot do.

${table(['reason', 'what is wrong'], Object.entries(unreadable))}

## Answers that are no reviews

Short texts, with these HTTP statuses; the API server counts them as failures of the webhook.

${table(
  ['status', 'text', 'when'],
  http.map(([{ status, body }, when]) => [String(status), `\`${body.trim().replaceAll('`', "'")}\``, when]),
)}

## Settings

At the start they end the program with exit code 1; later the last good settings stay in use, the error is logged and
counted in \`eks_sidecar_injector_settings_load_errors_total\`. An empty config is no error: see [empty-config.md](empty-config.md).

${table(['code', 'what is wrong'], Object.entries(settings))}

## Revisions

${table(['code', 'what is wrong'], Object.entries(revisions))}

## ConfigMaps of a cluster

As settings, but that the start is waited for ([live-settings.md](live-settings.md)).

${table(['code', 'what is wrong'], Object.entries(configMaps))}

## API server

Calls that failed; \`serve\` repeats them for ever, and counts them in \`eks_sidecar_injector_watch_errors_total\`.

${table(['code', 'what is wrong'], Object.entries(cluster))}

## Certificates

As settings: the last good pair stays in use.

${table(['code', 'what is wrong'], Object.entries(certificates))}

## Manifests

What stops \`kube-inject\`; the message names the file and the document.

${table(['code', 'what is wrong'], Object.entries(manifests))}

## What is reviewed

What stops \`review\`, and what the [review page](review-page.md) shows beside the text; the message names the document and the line.

${table(['code', 'what is wrong'], Object.entries(inputs))}

The page answers what its own scripts do not ask with status 400:

${table(['code', 'what is wrong'], Object.entries(questions))}

## Templates and YAML

Causes of the errors above.

${table(['code', 'template'], Object.entries(templates))}

${table(['code', 'YAML'], Object.entries(yaml))}
`
}

const audiences: Readonly<Record<Audience, string>> = {
  everybody: 'everybody',
  'whoever-asks': 'if the pod asks for a sidecar',
  'whoever-errs': 'if the value is no word for no',
  nobody: '',
}

function reasonRow([code, what]: readonly [string, string]): readonly string[] {
  return [code, what, isReason(code) ? audiences[tellings[code].to] : '']
}

function isReason(code: string): code is ReasonCode {
  return Object.hasOwn(reasons, code)
}

function refusalRow(code: string, what: string): readonly string[] {
  if (!isRefusal(code)) throw new TypeError(`${code} is no refusal`)
  const error = new InjectionError(code, '')
  return [code, String(failed(error).code), what, error.advice]
}

function isRefusal(code: string): code is InjectionErrorCode {
  return Object.hasOwn(refusals, code)
}

/** A table whose first column is code. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = rows.map(([first = '', ...rest]) => [`\`${first}\``, ...rest])
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
