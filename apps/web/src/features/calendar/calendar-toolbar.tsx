import { ActionIcon, Button, Loader, SegmentedControl, Skeleton } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { ObjectDescription } from '@/records/object-description';
import classes from './calendar.module.css';
import { type CalendarSearch, type CalendarView, dayOfPage, VIEWS } from './calendar-search';
import type { ShownKind } from './calendar-sources';
import { colourOfKind } from './people-colours';

const TypedDateInput = lazy(() => import('@/lib/typed/typed-date-input'));

interface CalendarToolbarProps {
  search: CalendarSearch;
  title: string;
  kinds: ObjectDescription[];
  /** Whether kinds have colours, and not people. */
  hasKindColours: boolean;
  isFetching: boolean;
  onChange: (changes: { [Key in keyof CalendarSearch]?: CalendarSearch[Key] | undefined }) => void;
}

/** Which days are shown, how, and which objects. */
export function CalendarToolbar(props: CalendarToolbarProps) {
  const { search, title, kinds, hasKindColours, isFetching, onChange } = props;
  const { t } = useTranslation('calendar');
  const { view, hidden } = search;
  return (
    <div className={classes['toolbar']}>
      <div className={classes['steps']}>
        <Button size="compact-sm" variant="default" onClick={() => onChange({ day: undefined })}>
          {t('today')}
        </Button>
        <ActionIcon
          variant="default"
          aria-label={t(`previous.${view}`)}
          onClick={() => onChange({ day: dayOfPage(search, -1) })}
        >
          <IconChevronLeft size={16} />
        </ActionIcon>
        <ActionIcon
          variant="default"
          aria-label={t(`next.${view}`)}
          onClick={() => onChange({ day: dayOfPage(search, 1) })}
        >
          <IconChevronRight size={16} />
        </ActionIcon>
        <h2 className={classes['title']} aria-live="polite">
          {title}
        </h2>
        <span className={classes['busy']}>
          {isFetching ? <Loader size={14} aria-label={t('loading')} /> : null}
        </span>
      </div>
      <fieldset className={classes['kinds']} aria-label={t('kinds')}>
        {kinds.map(({ key, pluralLabel }) => {
          const isShown = !hidden.includes(key as ShownKind);
          return (
            <button
              key={key}
              type="button"
              className={classes['kind']}
              aria-pressed={isShown}
              style={{ '--event': hasKindColours ? colourOfKind(key) : 'var(--pl-text-2)' } as never}
              onClick={() =>
                onChange({
                  hidden: isShown ? [...hidden, key as ShownKind] : hidden.filter((other) => other !== key),
                })
              }
            >
              <i className={classes['swatch']} data-full={isShown || undefined} />
              {pluralLabel}
            </button>
          );
        })}
      </fieldset>
      <div className={classes['jump']}>
        <Suspense fallback={<Skeleton height={30} />}>
          <TypedDateInput
            size="xs"
            aria-label={t('jump')}
            value={search.day}
            onChange={(day) => {
              if (typeof day === 'string' && day) onChange({ day });
            }}
          />
        </Suspense>
      </div>
      <SegmentedControl
        size="xs"
        aria-label={t('view')}
        data={VIEWS.map((value) => ({ value, label: t(`views.${value}`) }))}
        value={view}
        onChange={(next) => onChange({ view: next as CalendarView })}
      />
    </div>
  );
}
