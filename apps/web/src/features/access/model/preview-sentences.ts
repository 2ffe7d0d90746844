import type { RolePreview } from '@pellucid/api-client';

/** Records that some people gain or lose in the same way. */
export interface RecordSentence {
  kind: 'records';
  tone: 'gain' | 'lose';
  object: string;
  /** The affected actions. */
  actions: string[];
  people: string[];
  keys: string[];
  /** The fewest and most records that one of these people gains or loses. */
  least: number;
  most: number;
  /** There may be more than `most`. */
  isCapped: boolean;
}

/** An action that becomes possible or impossible but isn't about records, or affects none today. */
export interface ActionSentence {
  kind: 'action';
  tone: 'gain' | 'lose' | 'differ';
  object: string;
  actions: string[];
  people: string[];
  keys: string[];
}

/** Fields whose level changes. */
export interface FieldSentence {
  kind: 'fields';
  tone: 'gain' | 'lose';
  object: string;
  fields: string[];
  level: 'edit' | 'view' | 'mask' | 'hidden';
  people: string[];
  keys: string[];
}

/** Company-wide rights. */
export interface SystemSentence {
  kind: 'system';
  tone: 'gain' | 'lose';
  rights: string[];
  people: string[];
  keys: string[];
}

export type Sentence = RecordSentence | ActionSentence | FieldSentence | SystemSentence;

interface Who {
  people: string[];
  keys: string[];
}

const LEVELS = ['hidden', 'mask', 'view', 'edit'];
const TONES = { lose: 0, gain: 1, differ: 2 } as const;

/** In: the API's preview. Out: a few sentences that group similar effects; losses first, then by size. */
export function sentencesOf(preview: RolePreview): Sentence[] {
  const entries = [
    ...preview.members.map((entry) => ({ ...entry, who: entry.member.name, isKey: false })),
    ...preview.apiKeys.map((entry) => ({ ...entry, who: entry.apiKey.name, isKey: true })),
  ];
  const records = new Map<string, RecordSentence>();
  const actions = new Map<string, ActionSentence>();
  const fields = new Map<string, FieldSentence>();
  const system = new Map<string, SystemSentence>();
  for (const { who, isKey, ...entry } of entries) {
    const note = ({ people, keys }: Who) => {
      const list = isKey ? keys : people;
      if (!list.includes(who)) list.push(who);
    };
    for (const change of entry.changes) {
      const { object, action } = change;
      for (const [tone, value, capped] of [
        ['gain', change.gained, change.gainedCapped],
        ['lose', change.lost, change.lostCapped],
      ] as const) {
        if (value === 0 && !capped) continue;
        const key = `${tone} ${object} ${action}`;
        const sentence = records.get(key) ?? {
          kind: 'records' as const,
          tone,
          object,
          actions: [action],
          people: [],
          keys: [],
          least: value,
          most: value,
          isCapped: false,
        };
        note(sentence);
        sentence.least = Math.min(sentence.least, value);
        sentence.most = Math.max(sentence.most, value);
        sentence.isCapped ||= capped;
        records.set(key, sentence);
      }
      if (change.gained + change.lost > 0 || change.gainedCapped || change.lostCapped) continue;
      const tone = change.before === change.after ? 'differ' : change.after ? 'gain' : 'lose';
      const key = `${tone} ${object} ${action}`;
      const sentence = actions.get(key) ?? {
        kind: 'action' as const,
        tone,
        object,
        actions: [action],
        people: [],
        keys: [],
      };
      note(sentence);
      actions.set(key, sentence);
    }
    for (const { object, field, before, after } of entry.fields) {
      const tone = LEVELS.indexOf(after) > LEVELS.indexOf(before) ? 'gain' : 'lose';
      const key = `${tone} ${object} ${field} ${after}`;
      const sentence = fields.get(key) ?? {
        kind: 'fields' as const,
        tone,
        object,
        fields: [field],
        level: after,
        people: [],
        keys: [],
      };
      note(sentence);
      fields.set(key, sentence);
    }
    for (const [tone, rights] of [
      ['gain', entry.system.gained],
      ['lose', entry.system.lost],
    ] as const)
      for (const right of rights) {
        const key = `${tone} ${right}`;
        const sentence = system.get(key) ?? {
          kind: 'system' as const,
          tone,
          rights: [right],
          people: [],
          keys: [],
        };
        note(sentence);
        system.set(key, sentence);
      }
  }
  const who = ({ people, keys }: Who) => JSON.stringify([people, keys]);
  return [
    ...joined(
      [...records.values()],
      (s) => `${s.tone} ${s.object} ${s.least} ${s.most} ${s.isCapped} ${who(s)}`,
      'actions',
    ),
    ...joined([...actions.values()], (s) => `${s.tone} ${s.object} ${who(s)}`, 'actions'),
    ...joined([...fields.values()], (s) => `${s.tone} ${s.object} ${s.level} ${who(s)}`, 'fields'),
    ...joined([...system.values()], (s) => `${s.tone} ${who(s)}`, 'rights'),
  ].sort((a, b) => TONES[a.tone] - TONES[b.tone] || weight(b) - weight(a));
}

const weight = (sentence: Sentence) => (sentence.kind === 'records' ? sentence.most : 0);

/** Merges sentences that differ in only one list. */
function joined<S extends Sentence, K extends keyof S>(
  sentences: S[],
  alike: (s: S) => string,
  list: K,
): S[] {
  const groups = new Map<string, S>();
  for (const sentence of sentences) {
    const key = alike(sentence);
    const known = groups.get(key);
    groups.set(
      key,
      known
        ? {
            ...known,
            [list]: [...(known[list] as unknown as string[]), ...(sentence[list] as unknown as string[])],
          }
        : sentence,
    );
  }
  return [...groups.values()];
}
