import { IconChevronDown } from '@tabler/icons-react';
import { type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRovingFocus } from '@/lib/keyboard/use-roving-focus';
import { hiddenFields, visibilityOf } from '../access/field-visibility';
import { sectionsOf, unitKeys } from '../form/form-sections';
import type { PlacedSection } from '../layout/layout-model';
import type { FieldDescription, ObjectDescription, RecordData } from '../object-description';
import { PanelPiece } from './panel-piece';
import { DetailRow, type RecordDetailsProps } from './record-details';
import classes from './record-details.module.css';
import type { RecordLayout } from './use-record-layout';

/** Whether a record's page shows a field in a row of its own. */
export function hasRow(object: ObjectDescription, record: RecordData): (field: FieldDescription) => boolean {
  const currencies = unitKeys(object);
  return (field) =>
    !field.isAdded &&
    visibilityOf(record, field.key) !== 'hidden' &&
    (!currencies.has(field.key) || (field.readOnly && !field.viewOnly));
}

const plain = (
  title: string | undefined,
  fields: FieldDescription[],
  isCollapsed = false,
): PlacedSection => ({
  title,
  pieces: fields,
  columns: 1,
  isCollapsed,
});

/** A record's fields by section, as its layout or else the description says. */
export function RecordDetails({
  page: { layout, placed, concerns, rest },
  ...props
}: RecordDetailsProps & { page: RecordLayout }) {
  const { object, record } = props;
  const { t } = useTranslation('records');
  const withRow = hasRow(object, record);
  const isShown = (field: FieldDescription) => withRow(field) && concerns(field);
  const sections = layout
    ? placed(layout.sections, isShown)
    : sectionsOf(object, t('record.details'), isShown).map(({ title, fields }) => plain(title, fields));
  const others = rest.filter(isShown);
  if (others.length) sections.push(plain(t('record.moreFields'), others, true));
  const hidden = hiddenFields(object, record);
  if (hidden.length) {
    // Fields that nobody enters come last.
    const system = sections.findIndex(({ pieces }) =>
      pieces.every((piece) => typeof piece !== 'string' && piece.isSystem),
    );
    const place = layout || system < 0 ? sections.length : system;
    sections.splice(place, 0, plain(t('access.hiddenSection'), hidden));
  }
  return <DetailSections sections={sections} {...props} />;
}

/** Sections of a record. Each field can be edited in place, or says why not. */
export function DetailSections({ sections, ...props }: RecordDetailsProps & { sections: PlacedSection[] }) {
  const [editing, setEditing] = useState<string | undefined>();
  const group = useRef<HTMLDivElement>(null);
  useRovingFocus(group);
  const row = (field: FieldDescription) => (
    <DetailRow
      key={field.key}
      {...props}
      field={field}
      isEditing={editing === field.key}
      onEdit={() => setEditing(field.key)}
      onDone={() => setEditing((current) => (current === field.key ? undefined : current))}
    />
  );
  return (
    <div ref={group} className={classes['details']}>
      {sections.map((section, index) => (
        <DetailSection key={section.title ?? `section ${index}`} section={section}>
          {runsOf(section.pieces).map((run) =>
            typeof run === 'string' ? (
              <PanelPiece key={run} panel={run} object={props.object} record={props.record} />
            ) : (
              <dl key={run[0]?.key} className={classes['fields']} data-columns={section.columns}>
                {run.map(row)}
              </dl>
            ),
          )}
        </DetailSection>
      ))}
    </div>
  );
}

/** Joins fields that follow each other. Panels stay by themselves. */
function runsOf(pieces: PlacedSection['pieces']): (FieldDescription[] | string)[] {
  const runs: (FieldDescription[] | string)[] = [];
  for (const piece of pieces) {
    const last = runs.at(-1);
    if (typeof piece === 'string') runs.push(piece);
    else if (Array.isArray(last)) last.push(piece);
    else runs.push([piece]);
  }
  return runs;
}

function DetailSection({ section, children }: { section: PlacedSection; children: ReactNode }) {
  const { t } = useTranslation('records');
  const [isOpen, setOpen] = useState(!section.isCollapsed);
  const isOnlyPanels = section.pieces.every((piece) => typeof piece === 'string');
  // Panels have headings of their own.
  const title = section.title ?? (isOnlyPanels ? undefined : t('record.details'));
  return (
    <section aria-label={title}>
      {title ? (
        <h2 className={classes['heading']}>
          {section.isCollapsed ? (
            <button
              type="button"
              className={classes['toggle']}
              aria-expanded={isOpen}
              onClick={() => setOpen(!isOpen)}
            >
              {title}
              <IconChevronDown size={13} aria-hidden />
            </button>
          ) : (
            title
          )}
        </h2>
      ) : null}
      {isOpen ? children : null}
    </section>
  );
}
