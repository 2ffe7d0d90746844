import { Initials } from '@pellucid/ui';
import { useTranslation } from 'react-i18next';
import type { ObjectDescription } from '../object-description';
import { useLooking, useOthers } from './presence';
import classes from './also-here.module.css';

/** More people than these are counted. */
const MOST_NAMED = 3;

/** Who else looks at the record, at its head; nothing while one is alone. */
export function AlsoHere({ object, id }: { object: ObjectDescription; id: string }) {
  const { t } = useTranslation('records');
  useLooking(object.key, id);
  const people = useOthers(object.key, id);
  const named = people.slice(0, MOST_NAMED).map(({ name }) => name);
  const more = people.length - named.length;
  const names = [...named, ...(more ? [t('presence.more', { count: more })] : [])].join(', ');
  return (
    <div role="status" className={classes['here']}>
      {people.length ? (
        <>
          <span className={classes['faces']} aria-hidden>
            {people.slice(0, MOST_NAMED).map((person) => (
              <Initials key={person.id} name={person.name} size={20} isRound />
            ))}
          </span>
          {t('presence.here', { names })}
        </>
      ) : null}
    </div>
  );
}

/** Who else is editing a field right now; nothing if nobody is. */
export function AlsoEditing({ object, id, field }: { object: ObjectDescription; id: string; field: string }) {
  const { t } = useTranslation('records');
  const names = useOthers(object.key, id)
    .filter(({ fields }) => fields.includes(field))
    .map(({ name }) => name)
    .join(', ');
  return (
    <span role="status" className={classes['editing']}>
      {names ? t('presence.editing', { names }) : null}
    </span>
  );
}
