import { Button, Skeleton } from '@mantine/core';
import type { RichTextDocument } from '@pellucid/conditions/rich-text';
import { StateMessage } from '@pellucid/ui';
import { IconNotes } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LoadMore } from '@/lib/load-more';
import { problemText } from '@/lib/problem-text';
import { useRights } from '@/records/access/use-rights';
import { useObject } from '@/records/api/describe-objects';
import { infiniteListQuery } from '@/records/api/list-records';
import { newCause } from '@/records/api/undo';
import { createRecord } from '@/records/api/write-record';
import { mayCreate, type ObjectDescription, type RecordData } from '@/records/object-description';
import { FormTools } from '@/records/form/form-tools';
import Composer from '@/records/rich-text/composer';
import { showUndo } from '@/records/undo';
import { NoteCard } from './note-card';
import classes from './notes-panel.module.css';

interface NotesPanelProps {
  object: ObjectDescription;
  record: RecordData;
}

/** The notes about a record, pinned ones first, and a quick note at the head. */
export default function NotesPanel(props: NotesPanelProps) {
  const note = useObject('note');
  return note ? <Notes {...props} note={note} /> : null;
}

function Notes({ object, record, note }: NotesPanelProps & { note: ObjectDescription }) {
  const { t } = useTranslation('notes');
  const [isWriting, setWriting] = useState(false);
  const about = { object: object.key, id: record.id };
  const query = useInfiniteQuery(
    infiniteListQuery(note, {
      filter: { field: 'about', op: 'contains', value: about },
      sort: '-pinned,-createdAt',
      limit: 20,
    }),
  );
  // Whoever may change the record may change its notes.
  const mayUpdate = useRights(object, record).may('update') === 'yes';
  const write = mayCreate(note) ? (
    <Button size="xs" variant="default" onClick={() => setWriting(true)}>
      {t('write')}
    </Button>
  ) : null;
  const composer = isWriting ? (
    <section className={`pl-card ${classes['card']}`} aria-label={t('write')}>
      <Suspense fallback={<Skeleton height={140} radius="md" />}>
        <Composer
          place={`note.new.${object.key}.${record.id}`}
          label={t('body')}
          placeholder={t('placeholder')}
          saveLabel={t('save')}
          onClose={() => setWriting(false)}
          tools={({ document, fill }) => (
            <FormTools
              object={note}
              record={undefined}
              fields={() => note.fields.filter(({ key }) => key === 'body')}
              values={() => ({ body: document() })}
              fill={({ body }) => fill((body as RichTextDocument | undefined) ?? null)}
            />
          )}
          onSave={async (body) => {
            const cause = newCause();
            const saved = await createRecord(note.path, { body, about: [about] }, cause);
            showUndo({ message: t('saved'), cause });
            return saved;
          }}
        />
      </Suspense>
    </section>
  ) : null;
  if (query.isPending) return <Skeleton height={160} radius="md" aria-label={t('loading')} />;
  if (query.isError && !query.data)
    return (
      <StateMessage
        role="alert"
        icon={<IconNotes size={20} />}
        title={t('failed')}
        text={problemText(query.error)}
      >
        <Button size="xs" onClick={() => void query.refetch()}>
          {t('retry')}
        </Button>
      </StateMessage>
    );
  const notes = query.data.pages.flatMap((page) => page.data);
  if (!notes.length)
    return (
      composer ?? (
        <StateMessage icon={<IconNotes size={20} />} title={t('none')} text={t('noneText')}>
          {write}
        </StateMessage>
      )
    );
  return (
    <div className={classes['panel']}>
      {composer ?? (write ? <div>{write}</div> : null)}
      <ul className={classes['notes']} aria-label={note.pluralLabel}>
        {notes.map((each) => (
          <li key={each.id}>
            <NoteCard object={note} note={each} mayChangeRecord={mayUpdate} />
          </li>
        ))}
      </ul>
      <LoadMore query={query} label={t('more')} />
    </div>
  );
}
