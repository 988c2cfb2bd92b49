module sluice/e2e/cluster/flux-manifests

go 1.26.0

// Only the YAML files under config/data/flux and config/crd/bases are read, from the module cache. Nothing of it is built or linked.
require github.com/controlplaneio-fluxcd/flux-operator v0.58.0 // indirect
