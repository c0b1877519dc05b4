module eks-sidecar-injector/tools/strconv-oracle

go 1.26
