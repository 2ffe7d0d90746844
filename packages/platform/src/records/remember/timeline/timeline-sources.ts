import { type FilterContext, isToldEverywhere, type ObjectAccess } from '../../decide/index.js';
import type { FieldDescriptor, RecordDescriptor } from '../../describe/index.js';

/** Kind of the entries that say what happened to the record itself. All others are named after their object. */
export const OWN_CHANGES = 'changes';

/** An object whose records stand on the timeline, or what happens to them. */
interface TimelineObject {
  descriptor: RecordDescriptor;
  access: ObjectAccess;
  context: FilterContext;
  /** Its fields that lead to the record. */
  fields: FieldDescriptor[];
}

/** An object whose records are about others. */
export interface AboutObject extends TimelineObject {
  /** The field with their time on timelines; undefined for the time at which they were made. */
  at: FieldDescriptor | undefined;
}

/** An object whose records tell what happens to them where they refer to. */
export interface RelatedObject extends TimelineObject {
  /** Verbs of events that are not told. */
  quiet: string[];
}

/** What a reader may find on the timelines of an object's records. */
export interface TimelineSources {
  about: AboutObject[];
  related: RelatedObject[];
}

/** Verbs of what happens every day: only the record's own timeline tells it. */
const EVERYDAY = ['updated', 'computed', 'unlinked', 'relinked'];

/**
 * Returns what the reader may find on timelines of an object. A field that they do not see in clear in every record leads to
 * nothing: an entry would tell its value.
 */
export function timelineSources(of: FilterContext): TimelineSources {
  const { registry, snapshot } = of;
  const sources: TimelineSources = { about: [], related: [] };
  for (const descriptor of registry.allForTenant(snapshot)) {
    const { timeline } = descriptor;
    const tellers = descriptor.fields.filter((f) => f.onTimeline ?? f.belongsTo ?? false);
    if (!timeline && !tellers.length) continue;
    const access = of.access.decide(descriptor.key, 'read', snapshot);
    if (!access.allowed) continue;
    const context = { ...of, descriptor };
    const isClear = (f: FieldDescriptor) =>
      access.rules.canFilter(f.key) && isToldEverywhere(f, descriptor, access.rules, context);
    const leadingHere = (fields: FieldDescriptor[]) =>
      fields.filter((f) => registry.targetsOf(f, snapshot).includes(of.descriptor.key) && isClear(f));
    if (timeline) {
      const fields = leadingHere([descriptor.byKey.get(timeline.about)!]);
      const at = timeline.at === undefined ? undefined : descriptor.byKey.get(timeline.at)!;
      if (fields.length)
        sources.about.push({ descriptor, access, context, fields, at: at && isClear(at) ? at : undefined });
    } else {
      const fields = leadingHere(tellers);
      if (fields.length)
        sources.related.push({ descriptor, access, context, fields, quiet: quietVerbs(descriptor, access) });
    }
  }
  return sources;
}

/** A verb that reveals a field is told only to those who see the field. */
function quietVerbs({ verbsTell }: RecordDescriptor, { rules }: ObjectAccess): string[] {
  const revealing = Object.entries(verbsTell).filter(
    ([, keys]) => !keys.every((key) => rules.canFilter(key)),
  );
  return [...EVERYDAY, ...revealing.map(([verb]) => verb)];
}

/** Returns the kinds of entries that a timeline may have: the record's own, then one for each object. */
export function kindsOf({ about, related }: TimelineSources): string[] {
  return [OWN_CHANGES, ...[...about, ...related].map(({ descriptor }) => descriptor.key)];
}
