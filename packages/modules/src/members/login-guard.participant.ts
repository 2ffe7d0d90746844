import { currentContext } from '@pellucid/platform/context';
import type { WriteParticipant } from '@pellucid/platform/records';

/** Prevents people from deleting themselves. The identity module protects the last administrator. */
export const loginGuardParticipant: WriteParticipant = {
  name: 'members.login-guard',
  objects: ['member'],
  phase: 'checks',
  order: 100,
  run(batch) {
    if (batch.operation !== 'delete') return;
    const acting = currentContext().memberId;
    for (const row of batch.rows)
      if (row.ok && row.id === acting)
        row.fail(409, 'ownMembership', "You can't delete yourself. Ask another administrator.");
  },
};
