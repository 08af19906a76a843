import type { Versions } from '../../src/domain/kubernetes/versions.ts';
import { patched } from '@temporalio/workflow';
import { NEW_STATE, type Abandonment, type ExposedApiState } from '../../src/domain/exposedApi/state.ts';
import { EMPTY_RECORD, type GatewayRecord } from '../../src/domain/registration/record.ts';
import { abandonmentOf } from '../../src/domain/exposedApi/action.ts';
import type { Observation, PresentApi } from '../../src/domain/exposedApi/observation.ts';

/** What handlers and rounds of one run share. */
export interface Session {
  state: ExposedApiState;
  /** What the next observation must not be older than. */
  atLeast: Versions;
  /** Somebody said "look again" since the round began. */
  isChanged: boolean;
  /** The last observation, for validators and the UI. */
  seen?: Observation | undefined;
}

/** The record to work with: our own memory first, the resource's status where there is none. */
export function restoreState(session: Session, seen: Observation): GatewayRecord {
  const { state } = session;
  if (seen.kind === 'present' && state.uid !== undefined && state.uid !== seen.uid)
    // Made anew under the same name: what a person said was about the other; what is at the gateway is still there.
    session.state = { ...NEW_STATE, record: state.record };
  const record = session.state.record ?? (seen.kind === 'present' ? seen.published : EMPTY_RECORD);
  session.state = {
    ...session.state,
    record,
    // A confirmation that is doubted later on was a right to the path all the same.
    ownPath: record.registered?.path ?? session.state.ownPath,
    ...(seen.kind === 'present'
      ? {
          uid: seen.uid,
          registeredAt: session.state.registeredAt ?? seen.registeredAt,
          abandonedAs: recallAbandonment(seen),
        }
      : {}),
  };
  return record;
}

function recallAbandonment(seen: PresentApi): Abandonment | undefined {
  const abandonment = abandonmentOf(seen);
  // Workflows of 0.1.0 removed the registration of whatever had vanished.
  return abandonment !== undefined && patched('remember-abandonment') ? abandonment : undefined;
}
