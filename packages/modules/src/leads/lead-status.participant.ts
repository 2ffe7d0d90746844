import { isBlankText } from '@pellucid/conditions';
import type { WriteBatch, WriteParticipant, WriteRow } from '@pellucid/platform/records';

const NAMES = ['firstName', 'lastName', 'company', 'email'];
const VERBS = new Set(['disqualified', 'reopened']);
const blank = (value: unknown) => value === null || value === undefined || isBlankText(String(value));

const isEdit = ({ operation, mode }: WriteBatch) =>
  (operation === 'create' || operation === 'update') && mode !== 'undo';

/** What the status of a lead says about other fields, and about the verb that a change amounts to. */
export const leadStatusParticipant: WriteParticipant = {
  name: 'leads.status',
  objects: ['lead'],
  phase: 'derivations',
  order: 100,
  run(batch) {
    if (!isEdit(batch)) return;
    for (const row of batch.rows) {
      if (!row.ok || (row.before && isSteered(batch, row) && !row.sees('status'))) continue;
      // Another system converted the lead.
      if (isConversion(batch, row)) row.set('status', 'Qualified', 'derived:leads');
      row.acts = actOf(batch, row);
      const isReopened = row.changed('status') && row.after['status'] !== 'Disqualified';
      if (row.before && isReopened && row.given['disqualifyReason'] === undefined)
        row.set('disqualifyReason', null, 'derived:leads');
    }
  },
};

/** Rules for names and status of leads. */
export const leadRulesParticipant: WriteParticipant = {
  name: 'leads.rules',
  objects: ['lead'],
  phase: 'checks',
  order: 50,
  run(batch) {
    if (!isEdit(batch)) return;
    for (const row of batch.rows) if (row.ok) checkLead(batch, row);
  },
};

function checkLead(batch: WriteBatch, row: WriteRow): void {
  // A name that the author may not see does not count; otherwise the refusal would reveal that there is one.
  const isNamed = NAMES.some((key) => row.sees(key) && !blank(row.after[key]));
  if (!isNamed && (row.before === null || NAMES.some((key) => row.mayChange(key))))
    row.refuse(
      'lastName',
      'required',
      'A lead needs a name. Enter "Last name", "First name", "Company" or "E-mail".',
    );
  if (row.before && isSteered(batch, row) && !row.sees('status')) {
    refuseUnseen(row, batch.verb);
    return;
  }
  checkVerb(row, batch.verb);
  // The product sets the status of a lead that it converts.
  if (batch.mode !== 'import' && row.originOf('status') !== 'derived:leads') checkStatus(row);
}

/** Whether the status was asked to change, by itself or by a verb. */
function isSteered(batch: WriteBatch, row: WriteRow): boolean {
  return VERBS.has(batch.verb) || row.given['status'] !== undefined;
}

/** The verb that a status given amounts to, for the right to it. */
function actOf(batch: WriteBatch, row: WriteRow): WriteRow['acts'] {
  const [before, after] = [row.before?.state['status'], row.after['status']];
  if (isConversion(batch, row)) return { verb: 'convert', field: 'status' };
  if (before === after) return undefined;
  if (after === 'Disqualified') return { verb: 'disqualify', field: 'status' };
  return before === 'Disqualified' ? { verb: 'reopen', field: 'status' } : undefined;
}

/** Whether an import brings along that the lead was converted in another system. */
const isConversion = ({ mode }: WriteBatch, row: WriteRow) =>
  mode === 'import' && row.given['convertedAt'] != null && row.changed('convertedAt');

/** Whether and how the change is refused would reveal the status; so would the verb that it amounts to. */
function refuseUnseen(row: WriteRow, verb: string): void {
  const message = "Your roles don't show you the status of this lead, so you can't change it.";
  if (VERBS.has(verb)) row.fail(403, 'statusWithheld', message);
  else row.refuse('status', 'statusWithheld', message);
}

function checkVerb(row: WriteRow, verb: string): void {
  const disqualified = row.before?.state['status'] === 'Disqualified';
  if (verb === 'disqualified' && disqualified)
    row.fail(409, 'leadDisqualified', 'This lead is already disqualified.');
  if (verb === 'reopened' && !disqualified)
    row.fail(409, 'leadOpen', 'This lead is open. You can only reopen disqualified leads.');
}

function checkStatus(row: WriteRow): void {
  if (row.before !== null && !row.changed('status') && !row.mayChange('disqualifyReason')) return;
  const status = row.after['status'];
  if (status === 'Qualified' && row.before?.state['status'] !== 'Qualified')
    row.refuse(
      'status',
      'qualifiedByConversion',
      '"Qualified" is set when you convert the lead. Use /convert.',
    );
  if (status === 'Disqualified' && row.sees('status') && blank(row.after['disqualifyReason']))
    row.refuse('disqualifyReason', 'required', '"Disqualification reason" is required.');
}
