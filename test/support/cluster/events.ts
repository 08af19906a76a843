import { EventsV1Api, type KubeConfig } from '@kubernetes/client-node';

/** `type reason` of every Event about the API, the oldest first, as `kubectl describe` lists them. */
export async function eventsAbout(
  kubeConfig: KubeConfig,
  namespace: string,
  name: string,
): Promise<readonly string[]> {
  const { items } = await kubeConfig.makeApiClient(EventsV1Api).listNamespacedEvent({ namespace });
  // The client hands MicroTime over as text.
  const time = ({ eventTime }: (typeof items)[number]): string => String(eventTime);
  return items
    .filter(({ regarding }) => regarding?.name === name)
    .toSorted((a, b) => time(a).localeCompare(time(b)))
    .map(({ type, reason }) => `${type ?? ''} ${reason ?? ''}`);
}
