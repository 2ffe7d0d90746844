import { Button, Group } from '@mantine/core';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { lazyPart } from '@/lib/i18n/i18n';
import { usePageCommands } from '@/lib/page-commands';
import { useObjects } from '@/records/api/describe-objects';
import { type ObjectDescription, type RecordData, recordName } from '@/records/object-description';
import { iconOf } from '@/records/object-presentation';
import { loggable } from './quick-fields';
import classes from './timeline.module.css';

const QuickLogForm = lazyPart('timeline', () => import('./quick-log-form'));

/** Buttons that log a call, a note or whatever else can be about the record, each with a short form that opens in place. */
export function QuickLog({ object, record }: { object: ObjectDescription; record: RecordData }) {
  const { t } = useTranslation('timeline');
  const offered = loggable(useObjects(), object);
  const [open, setOpen] = useState<string | undefined>();
  usePageCommands(
    recordName(object, record),
    offered.map((each) => {
      const Icon = iconOf(each);
      const label = t('log.add', { object: each.label });
      return { key: `log-${each.key}`, label, icon: <Icon size={15} />, run: () => setOpen(each.key) };
    }),
  );
  const logging = offered.find(({ key }) => key === open);
  if (!offered.length) return null;
  return (
    <section aria-label={t('log.title')} className={classes['log']}>
      <Group gap={6}>
        {offered.map((each) => {
          const Icon = iconOf(each);
          return (
            <Button
              key={each.key}
              size="compact-sm"
              variant={each === logging ? 'light' : 'default'}
              leftSection={<Icon size={14} aria-hidden />}
              aria-expanded={each === logging}
              onClick={() => setOpen(each === logging ? undefined : each.key)}
            >
              {t('log.add', { object: each.label })}
            </Button>
          );
        })}
      </Group>
      {logging ? (
        <Suspense>
          <QuickLogForm
            key={logging.key}
            object={logging}
            target={object}
            record={record}
            onClose={() => setOpen(undefined)}
          />
        </Suspense>
      ) : null}
    </section>
  );
}
