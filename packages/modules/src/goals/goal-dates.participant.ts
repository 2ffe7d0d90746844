import type { WriteParticipant } from '@pellucid/platform/records';

/** Refuses goals that end before they start. */
export const goalDatesParticipant: WriteParticipant = {
  name: 'goals.dates',
  objects: ['goal'],
  phase: 'checks',
  order: 100,
  run(batch) {
    if (batch.operation !== 'create' && batch.operation !== 'update') return;
    for (const row of batch.rows) {
      const { startsOn, endsOn } = row.after;
      const isAsked = ['startsOn', 'endsOn'].some((key) => row.mayChange(key));
      const mayTell = ['startsOn', 'endsOn'].every((key) => row.sees(key));
      if (!row.ok || !isAsked || !mayTell || typeof startsOn !== 'string' || typeof endsOn !== 'string')
        continue;
      if (endsOn < startsOn)
        row.refuse('endsOn', 'endsBeforeStart', '"Until" is before "From". Choose a later day.');
    }
  },
};
