import { IconCircleCheck } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { useMe } from '@/lib/session/use-me';
import { newCause } from '@/records/api/undo';
import { mayCreate, mayUpdate, type ObjectDescription } from '@/records/object-description';
import { showUndo } from '@/records/undo';
import { settle } from './api/comments';
import { authorOf, CommentCard, FootButton } from './comment-card';
import { NewComment } from './new-comment';
import type { Thread } from './threads';
import classes from './comments.module.css';

interface ThreadCardProps {
  object: ObjectDescription;
  thread: Thread;
  /** Whether comments may be missing, because earlier ones aren't loaded. */
  hasEarlier: boolean;
  /** Whether the user may change the record that it is about. */
  mayChangeRecord: boolean;
  /** Runs while the user writes. */
  onTyping: () => void;
}

/** A thread: its first comment, its replies and a place to write one. A resolved thread is folded until somebody opens it. */
export function ThreadCard({ object, thread, hasEarlier, mayChangeRecord, onTyping }: ThreadCardProps) {
  const { t } = useTranslation('comments');
  const me = useMe();
  const [isReplying, setReplying] = useState(false);
  const [isOpen, setOpen] = useState(false);
  const { first, replies } = thread;
  const isResolved = first?.['resolved'] === true;
  const maySettle =
    mayUpdate(object) && (mayChangeRecord || (first && authorOf(first).id === me.user.memberId));
  const change = useMutation({
    mutationFn: async (resolves: boolean) => {
      const cause = newCause();
      await settle(thread.id, resolves, cause);
      showUndo({ message: t(resolves ? 'resolved' : 'reopened'), cause });
    },
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
  });
  const shows = !isResolved || isOpen;
  const author = first ? authorOf(first).name || t('someone') : '';
  return (
    <section className={`pl-card ${classes['thread']}`} data-resolved={isResolved || undefined}>
      {isResolved ? (
        <div className={classes['resolved']}>
          <IconCircleCheck size={16} aria-hidden />
          <ResolvedBy thread={thread} />
          <FootButton
            text={isOpen ? t('hideThread') : t('showThread', { count: replies.length + 1 })}
            onClick={() => setOpen(!isOpen)}
          />
          {maySettle ? <FootButton text={t('reopen')} onClick={() => change.mutate(false)} /> : null}
        </div>
      ) : null}
      {shows && first ? (
        <CommentCard object={object} comment={first}>
          {mayCreate(object) ? (
            <FootButton
              text={t('reply')}
              label={t('replyTo', { name: author })}
              onClick={() => setReplying(true)}
            />
          ) : null}
          {maySettle && !isResolved ? (
            <FootButton text={t('resolve')} onClick={() => change.mutate(true)} />
          ) : null}
        </CommentCard>
      ) : null}
      {first ? null : <p className={classes['withheld']}>{t(hasEarlier ? 'parentEarlier' : 'parentGone')}</p>}
      {shows && replies.length ? (
        <ul className={classes['replies']} aria-label={t('replies')}>
          {replies.map((reply) => (
            <li key={reply.id}>
              <CommentCard object={object} comment={reply} />
            </li>
          ))}
        </ul>
      ) : null}
      {shows && isReplying ? (
        <NewComment
          object={object}
          place={`comment.reply.${thread.id}`}
          label={t('replyBody')}
          values={{ parent: thread.id }}
          onTyping={onTyping}
          onClose={() => setReplying(false)}
        />
      ) : null}
    </section>
  );
}

function ResolvedBy({ thread: { first } }: { thread: Thread }) {
  const { t } = useTranslation('comments');
  const formats = useFormats();
  const by = first?.['resolvedBy'] as { name: string } | null | undefined;
  const at = first?.['resolvedAt'] as string | null | undefined;
  return (
    <span className={classes['who']}>
      <span>{by?.name ? t('resolvedBy', { name: by.name }) : t('resolvedPlain')}</span>
      {at ? (
        <time dateTime={at} title={formats.dateTime(at)}>
          {formats.ago(at)}
        </time>
      ) : null}
    </span>
  );
}
