import type { AutoReason } from '../follows/follow.types.js';
import type { KindChoice, NotificationKind } from '../notification-kinds.js';
import type { QuietHours } from './quiet-hours.js';

/** What a person chose; what is missing is as usual. */
export interface StoredSettings {
  kinds: Record<string, Partial<KindChoice>>;
  quietHours: QuietHours | null;
  /** Full hour of the day, 0 to 23. */
  digestHour: number;
  /** IANA name; null for the company's. */
  zone: string | null;
  autoFollow: Partial<Record<AutoReason, boolean>>;
}

/** What holds for somebody who never chose. */
export const NOTHING_CHOSEN: StoredSettings = {
  kinds: {},
  quietHours: null,
  digestHour: 8,
  zone: null,
  autoFollow: {},
};

/** Returns on which ways a person hears of a kind. */
export function choiceOf(settings: StoredSettings, kind: NotificationKind): KindChoice {
  return { ...kind.usual, ...settings.kinds[kind.name] };
}
