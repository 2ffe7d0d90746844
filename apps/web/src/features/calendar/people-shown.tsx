import { CloseButton } from '@mantine/core';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { ReferencePicker } from '@/records/fields/reference-picker';
import type { ObjectDescription } from '@/records/object-description';
import classes from './calendar.module.css';
import { MOST_PEOPLE } from './calendar-search';
import { colourOfPerson } from './people-colours';

interface PeopleShownProps {
  member: ObjectDescription;
  people: string[];
  names: Map<string, string>;
  self: string;
  onChange: (people: string[]) => void;
}

/** The people whose events are shown, each in a colour, and the picker that adds one. */
export default function PeopleShown({ member, people, names, self, onChange }: PeopleShownProps) {
  const { t } = useTranslation('calendar');
  const isAlone = people.length === 1 && people[0] === self;
  return (
    <div className={classes['people']}>
      {isAlone ? null : (
        <ul aria-label={t('people')}>
          {people.map((id) => {
            const name = names.get(id) ?? t('someone');
            return (
              <li key={id} className={classes['person']}>
                <i
                  className={classes['swatch']}
                  data-full
                  style={{ '--event': colourOfPerson(people, id) } as CSSProperties}
                />
                <span className="pl-truncate">{id === self ? t('me', { name }) : name}</span>
                <CloseButton
                  size="xs"
                  aria-label={t('removePerson', { name })}
                  onClick={() => onChange(people.filter((other) => other !== id))}
                />
              </li>
            );
          })}
        </ul>
      )}
      {people.length < MOST_PEOPLE ? (
        <ReferencePicker
          key={people.join()}
          size="xs"
          object={member}
          aria-label={t('addPerson')}
          placeholder={t('addPerson')}
          canCreate={false}
          people="present"
          value={null}
          onChange={(person) => {
            if (person && !people.includes(person.id)) onChange([...people, person.id]);
          }}
        />
      ) : null}
    </div>
  );
}
