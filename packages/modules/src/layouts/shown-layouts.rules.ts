/** Which layouts a caller gets, and what they get of each. */
import { contextLanguage, withoutHidden } from '@pellucid/platform/records';
import { SYSTEM_FIELDS } from './layout-checks.rules.js';
import { type Layout, type LayoutSection, type OwnLayout, ownLayout } from './layouts.schema.js';

/** What the caller may know about the object's fields. */
export interface CallersFields {
  isShown(field: string): boolean;
  canFilter(field: string): boolean;
}

/** Narrow layouts come before wide ones, so that the first that fits is the one that was made for the case. */
const breadth = ({ roles, recordType }: Layout) => (roles.length ? 0 : 2) + (recordType ? 0 : 1);

/** Sorts layouts in the order in which they are tried; equally narrow ones by age. */
export function inOrder(layouts: Layout[]): Layout[] {
  return layouts.toSorted((a, b) => breadth(a) - breadth(b) || (a.id < b.id ? -1 : 1));
}

/**
 * Returns the layouts that apply to somebody with the roles, by kind and in the order in which they are tried.
 *
 * A layout for a record type is left out if the caller can't filter by its field: which layout a record has would tell
 * the field's value. A section's condition on such a field is left out, so the section is always shown.
 */
export function shownLayouts(
  layouts: Layout[],
  roles: ReadonlySet<string>,
  fields: CallersFields,
): OwnLayout[] {
  const rules = {
    isShown: (field: string) => SYSTEM_FIELDS.has(field) || fields.isShown(field),
    canFilter: fields.canFilter,
  };
  const closed = new Set<string>();
  return inOrder(layouts).flatMap((layout) => {
    const { kind, recordType, content } = layout;
    if (layout.roles.length && !layout.roles.some((id) => roles.has(id))) return [];
    if (closed.has(kind) || (recordType && !fields.canFilter(recordType.field))) return [];
    // One for all records of the caller ends the search.
    if (!recordType) closed.add(kind);
    const shown = withoutHidden(
      ownLayout,
      {
        kind,
        ...(recordType ? { recordType } : {}),
        sections: content.sections.map(inWords),
        tabs: content.tabs.map(({ key, sections, ...named }) => ({
          key,
          title: titleOf(named),
          sections: sections.map(inWords),
        })),
      },
      rules,
    )!;
    const tabs = shown.tabs.map((tab) => ({ ...tab, sections: filled(tab.sections) }));
    return [{ ...shown, sections: filled(shown.sections), tabs: tabs.filter((tab) => tab.sections.length) }];
  });
}

function inWords({
  columns,
  collapsed,
  when,
  pieces,
  ...named
}: LayoutSection): OwnLayout['sections'][number] {
  return { title: titleOf(named), columns, collapsed, ...(when ? { when } : {}), pieces };
}

function titleOf({ title, titles }: Pick<LayoutSection, 'title' | 'titles'>): string | null {
  return titles?.[contextLanguage()]?.trim() || title;
}

/** Sections with something in them: what named a hidden field has left an empty piece. */
function filled(sections: OwnLayout['sections']): OwnLayout['sections'] {
  return sections
    .map((section) => ({ ...section, pieces: section.pieces.filter((piece) => piece.field ?? piece.panel) }))
    .filter(({ pieces }) => pieces.length);
}
