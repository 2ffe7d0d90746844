import { Button, Skeleton } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconMessage } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LoadMore } from '@/lib/load-more';
import { problemText } from '@/lib/problem-text';
import { useRights } from '@/records/access/use-rights';
import { useObject } from '@/records/api/describe-objects';
import { infiniteListQuery } from '@/records/api/list-records';
import { mayCreate, type ObjectDescription, type RecordData } from '@/records/object-description';
import { noteTyping, useOthers } from '@/records/live/presence';
import { NewComment } from './new-comment';
import { ThreadCard } from './thread-card';
import { threadsOf } from './threads';
import classes from './comments.module.css';

interface CommentsPanelProps {
  object: ObjectDescription;
  record: RecordData;
}

/** What people say to each other about a record, the newest thread first, and a place to say something at the head. */
export default function CommentsPanel(props: CommentsPanelProps) {
  const comment = useObject('comment');
  return comment ? <Comments {...props} comment={comment} /> : null;
}

function Comments({ object, record, comment }: CommentsPanelProps & { comment: ObjectDescription }) {
  const { t } = useTranslation('comments');
  const [isWriting, setWriting] = useState(false);
  const about = { object: object.key, id: record.id };
  const onTyping = () => noteTyping(object.key, record.id);
  const query = useInfiniteQuery(
    infiniteListQuery(comment, {
      filter: { field: 'about', op: 'contains', value: about },
      sort: '-createdAt',
      limit: 100,
    }),
  );
  // Whoever may change the record may resolve its threads.
  const mayChangeRecord = useRights(object, record).may('update') === 'yes';
  const write = mayCreate(comment) ? (
    <Button size="xs" variant="default" onClick={() => setWriting(true)}>
      {t('write')}
    </Button>
  ) : null;
  const composer = isWriting ? (
    <section className={`pl-card ${classes['thread']}`} aria-label={t('write')}>
      <NewComment
        object={comment}
        place={`comment.new.${object.key}.${record.id}`}
        label={t('body')}
        values={{ about: [about] }}
        onTyping={onTyping}
        onClose={() => setWriting(false)}
      />
    </section>
  ) : null;
  if (query.isPending) return <Skeleton height={160} radius="md" aria-label={t('loading')} />;
  if (query.isError && !query.data)
    return (
      <StateMessage
        role="alert"
        icon={<IconMessage size={20} />}
        title={t('failed')}
        text={problemText(query.error)}
      >
        <Button size="xs" onClick={() => void query.refetch()}>
          {t('retry')}
        </Button>
      </StateMessage>
    );
  const threads = threadsOf(query.data.pages.flatMap((page) => page.data));
  const typing = <Typing object={object.key} id={record.id} />;
  if (!threads.length)
    return (
      <>
        {composer ?? (
          <StateMessage
            icon={<IconMessage size={20} />}
            title={t('none')}
            text={t(write ? 'noneText' : 'noneReadOnly')}
          >
            {write}
          </StateMessage>
        )}
        {typing}
      </>
    );
  return (
    <div className={classes['panel']}>
      {composer ?? (write ? <div>{write}</div> : null)}
      {typing}
      <ul className={classes['threads']} aria-label={comment.pluralLabel}>
        {threads.map((thread) => (
          <li key={thread.id}>
            <ThreadCard
              object={comment}
              thread={thread}
              hasEarlier={query.hasNextPage}
              mayChangeRecord={mayChangeRecord}
              onTyping={onTyping}
            />
          </li>
        ))}
      </ul>
      <LoadMore query={query} label={t('more')} />
    </div>
  );
}

/** Who else is writing a comment about the record. */
function Typing({ object, id }: { object: string; id: string }) {
  const { t } = useTranslation('comments');
  const names = useOthers(object, id)
    .filter(({ typing }) => typing)
    .map(({ name }) => name);
  return (
    <p role="status" className={classes['typing']}>
      {names.length ? t('typing', { count: names.length, names: names.join(', ') }) : null}
    </p>
  );
}
