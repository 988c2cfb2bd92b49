/** One way to bring Flux into a cluster, as commands to copy. */
interface Way {
  title: string;
  text: string;
  commands: readonly { label: string; line: string }[];
  file?: { name: string; text: string };
}

const fluxInstance = `apiVersion: fluxcd.controlplane.io/v1
kind: FluxInstance
metadata:
  name: flux
  namespace: flux-system
spec:
  distribution:
    version: 2.x
    registry: ghcr.io/fluxcd
  components:
    - source-controller
    - kustomize-controller
    - helm-controller
    - notification-controller
`;

/** The ways to install Flux, with the cluster's name where it makes a good folder name. */
export function waysToInstall(cluster: string): Way[] {
  const folder = /^[\w.-]+$/.test(cluster) ? cluster : 'my-cluster';
  return [
    {
      title: 'From a Git repository',
      text: 'Flux is installed and follows the repository: what stands under the path is applied, Flux itself included.',
      commands: [
        { label: 'Check the cluster', line: 'flux check --pre' },
        {
          label: 'Install',
          line: `flux bootstrap git --url=ssh://git@git.example.com/platform/fleet.git --branch=main --path=clusters/${folder}`,
        },
      ],
    },
    {
      title: 'The controllers alone',
      text: 'The four standard controllers, and nothing for them to do yet.',
      commands: [
        { label: 'Check the cluster', line: 'flux check --pre' },
        { label: 'Install', line: 'flux install' },
        { label: 'Check the result', line: 'flux check' },
      ],
    },
    {
      title: 'With Helm',
      text: 'An operator that installs and upgrades Flux as a FluxInstance describes it.',
      commands: [
        {
          label: 'Install',
          line: 'helm install flux-operator oci://ghcr.io/controlplaneio-fluxcd/charts/flux-operator --namespace flux-system --create-namespace',
        },
        { label: 'Describe Flux', line: 'kubectl apply -f flux-instance.yaml' },
      ],
      file: { name: 'flux-instance.yaml', text: fluxInstance },
    },
  ];
}
