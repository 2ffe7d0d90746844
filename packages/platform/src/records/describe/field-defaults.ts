/** What the defaults of fields depend on. */
import { dayAt, formatDay } from '@pellucid/conditions';
import type { TenantSnapshot } from '../../access/index.js';
import { currentContext } from '../../context/index.js';

/** What a default may depend on: who creates the record, and the company's settings. */
export interface DefaultContext {
  memberId: string | null;
  baseCurrency: string;
  /** In the company's time zone. */
  today: string;
}

/** Returns what defaults depend on for the context's actor. */
export function defaultsFor({ settings }: TenantSnapshot, now = new Date()): DefaultContext {
  return {
    memberId: currentContext().memberId,
    baseCurrency: settings.baseCurrency,
    // Only when a default asks for it: a zone's local time is slow to compute.
    get today() {
      return formatDay(dayAt(now.getTime(), settings.zone));
    },
  };
}
