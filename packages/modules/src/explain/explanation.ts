import type { FieldLevel } from '@pellucid/platform/access';
import type { Said } from './explanation.sentences.js';

/** One step of a decision: the finding as a sentence, and as a code with parameters. */
export interface ExplanationStep extends Said {
  step:
    | 'tenant'
    | 'membership'
    | 'key'
    | 'roles'
    | 'permission'
    | 'record'
    | 'scope'
    | 'policy'
    | 'links'
    | 'sharing'
    | 'field'
    | 'mask';
  outcome: 'yes' | 'no' | 'notNeeded';
  /** What it is based on: a role, a team, a masking rule. */
  source: { kind: string; id: string | null; name: string } | null;
}

/** The subject of a decision; a role if an administrator views as that role. */
export interface ExplainedSubject {
  kind: 'member' | 'apiKey' | 'role';
  id: string;
  name: string;
}

/** Why something is allowed or not. */
export interface Explanation {
  allowed: boolean;
  effect: FieldLevel;
  subject: ExplainedSubject;
  object: string;
  record: { id: string; name: string } | null;
  action: string;
  field: string | null;
  steps: ExplanationStep[];
  /** If refused: changes each of which would remove the first obstacle. */
  wouldNeed: Said[];
}

/** The question to explain. */
export interface Question {
  subject?: string | undefined;
  object: string;
  record?: string | undefined;
  action: string;
  field?: string | undefined;
}

/** A subject and what they see of a record or a field. */
export interface Viewer {
  subject: { kind: 'member' | 'apiKey'; id: string; name: string };
  effect: FieldLevel;
  canUpdate: boolean;
  /** The roles that let them see it. */
  roles: string[];
  shared: boolean;
  /** Whether linked records open it to them; only as far as the caller sees those. */
  linked: boolean;
}
