import { Box, Skeleton } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconArrowMerge } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import parts from '@/app/shell/list-parts.module.css';
import { PageTitle } from '@/app/shell/page-title';
import { useDocumentTitle } from '@/lib/use-document-title';
import { useObject, useObjects } from '@/records/api/describe-objects';
import { recordQuery } from '@/records/api/get-record';
import { ReferencePicker } from '@/records/fields/reference-picker';
import { type ObjectDescription, recordName } from '@/records/object-description';
import { FEWEST, MOST } from './limits';
import { MergeRecords } from './merge-records';

const idsIn = (text: unknown) => [
  ...new Set(
    String(text ?? '')
      .split(',')
      .filter(Boolean),
  ),
];

/** Merges two to five records. Which ones is in the URL. */
export default function MergePage() {
  const { t } = useTranslation('merge');
  const search = useSearch({ strict: false }) as { object?: string; ids?: string };
  const navigate = useNavigate();
  const object = useObject(search.object);
  const isLoading = useObjects().length === 0;
  const ids = idsIn(search.ids);
  const title = object ? t('title', { objects: object.pluralLabel }) : t('merge');
  useDocumentTitle(title);
  const add = (id: string) =>
    void navigate({
      to: '.',
      search: { object: search.object, ids: [...ids, id].join(',') },
      replace: true,
    } as never);
  return (
    <section className={parts['page']} aria-labelledby="merge-title">
      <header className={parts['header']}>
        <PageTitle id="merge-title" title={title} icon={<IconArrowMerge size={18} aria-hidden />} />
      </header>
      {isLoading ? (
        <Skeleton height={320} radius="md" role="status" aria-label={t('loading')} />
      ) : !object || !ids.length || ids.length > MOST ? (
        <StateMessage icon={<IconArrowMerge size={20} />} title={t('choose')} text={t('chooseHint')} />
      ) : ids.length < FEWEST ? (
        <ChooseOther object={object} id={ids[0]!} onChoose={add} />
      ) : (
        <MergeRecords key={ids.join()} object={object} ids={ids} onAdd={add} />
      )}
    </section>
  );
}

/** Asks for the record to merge one with. */
function ChooseOther({
  object,
  id,
  onChoose,
}: {
  object: ObjectDescription;
  id: string;
  onChoose: (id: string) => void;
}) {
  const { t } = useTranslation('merge');
  const record = useQuery({ ...recordQuery(object.path, id), retry: false });
  const name = record.data ? recordName(object, record.data) : object.label;
  return (
    <StateMessage
      icon={<IconArrowMerge size={20} />}
      title={t('other', { name })}
      text={t('otherHint', { objects: object.pluralLabel })}
    >
      <Box w={320} maw="100%" ta="start">
        <ReferencePicker
          autoFocus
          object={object}
          aria-label={t('other', { name })}
          canCreate={false}
          withoutId={id}
          value={null}
          onChange={(other) => other && onChoose(other.id)}
        />
      </Box>
    </StateMessage>
  );
}
