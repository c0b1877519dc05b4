module eks-sidecar-injector/tools/template-oracle

go 1.26
