import { useTranslation } from 'react-i18next';
import type { AccessNotes } from '../access/field-visibility';
import { isReference, type LinesDescription, type ObjectDescription } from '../object-description';
import { type Changes, EventChanges } from './event-changes';
import type { LineChangesProps } from './line-changes';
import classes from './line-changes-view.module.css';

/** Changed lines, each with its fields before and after. */
export default function LineChangesView({ object, lines, access = {}, record }: LineChangesProps) {
  const { t } = useTranslation('records');
  return (object.lines ?? []).map((collection) =>
    (lines[collection.key] ?? []).map(({ id, change, changes }) => (
      <section key={id} className={classes['line']}>
        <h4 className={classes['title']}>
          {t(`history.lines.${change}`, { lines: collection.label })}
          {change === 'changed' || change === 'moved' ? <LineName {...{ collection, record, id }} /> : null}
        </h4>
        <EventChanges
          object={inLine(object, collection)}
          changes={withLocalSources(changes, collection)}
          access={localNotes(access, collection)}
          record={record}
        />
      </section>
    )),
  );
}

/** The name of what the line refers to today: that's how people know a line that only changed in part. */
function LineName({
  collection,
  record,
  id,
}: {
  collection: LinesDescription;
  record: Record<string, unknown> | undefined;
  id: string;
}) {
  const lines = record?.[collection.key];
  const line = Array.isArray(lines) ? lines.find((each) => isReference(each) && each.id === id) : undefined;
  const name = line && Object.values(line).find((value) => isReference(value) && value.name);
  return isReference(name) ? <span className={classes['name']}>{name.name}</span> : null;
}

const local = (key: string, lines: LinesDescription) => key.replace(`${lines.key}.`, '');

/** The object as if a line were a record of it. */
const inLine = (object: ObjectDescription, lines: LinesDescription): ObjectDescription => ({
  ...object,
  fields: lines.fields.map((field) => ({ ...field, key: local(field.key, lines) })),
});

function withLocalSources(changes: Changes, lines: LinesDescription): Changes {
  return Object.fromEntries(
    Object.entries(changes).map(([name, change]) => [
      name,
      change.origin?.from
        ? {
            ...change,
            origin: { ...change.origin, from: change.origin.from.map((key) => local(key, lines)) },
          }
        : change,
    ]),
  );
}

const localNotes = (access: AccessNotes, lines: LinesDescription): AccessNotes =>
  Object.fromEntries(Object.entries(access).map(([key, note]) => [local(key, lines), note]));
