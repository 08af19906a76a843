import { EventsV1Api, type EventsV1Event, type KubeConfig } from '@kubernetes/client-node';
import { eventually } from '../builders/eventually.ts';

/** The Events about one object. The operator does not wait for an Event to be written, so a status may be seen before its Event. */
export interface UserEvents {
  /** Waits until an Event with this type and reason is there, as in `Normal Registered`; returns its note. */
  until(typeAndReason: string): Promise<string>;
  /** Waits until there are just these Events, the oldest first, as `kubectl describe` lists them. */
  untilAll(typesAndReasons: readonly string[]): Promise<void>;
}

export function userEvents(kubeConfig: KubeConfig, namespace: string, name: string): UserEvents {
  const list = async (): Promise<readonly EventsV1Event[]> => {
    const { items } = await kubeConfig.makeApiClient(EventsV1Api).listNamespacedEvent({ namespace });
    return items
      .filter(({ regarding }) => regarding?.name === name)
      .toSorted((a, b) => timeOf(a).localeCompare(timeOf(b)));
  };
  const seen = async (): Promise<string> => `Events about ${name}: ${(await list()).map(titleOf).join(', ')}`;
  return {
    until: async (typeAndReason) => {
      let found: EventsV1Event | undefined;
      const isThere = async (): Promise<boolean> => {
        found = (await list()).find((event) => titleOf(event) === typeAndReason);
        return found !== undefined;
      };
      await eventually(`an Event ${typeAndReason} about ${name}`, isThere, 10_000, seen);
      return found?.note ?? '';
    },
    untilAll: async (typesAndReasons) => {
      const wanted = typesAndReasons.join(', ');
      const areThere = async (): Promise<boolean> => (await list()).map(titleOf).join(', ') === wanted;
      await eventually(`just the Events ${wanted} about ${name}`, areThere, 10_000, seen);
    },
  };
}

function titleOf({ type, reason }: EventsV1Event): string {
  return `${type ?? ''} ${reason ?? ''}`;
}

/** The client hands MicroTime over as text. */
function timeOf({ eventTime }: EventsV1Event): string {
  return String(eventTime);
}
