import { ActionIcon, Button } from '@mantine/core';
import type { RichTextDocument } from '@pellucid/conditions/rich-text';
import { Initials } from '@pellucid/ui';
import { IconDots, IconExternalLink, IconPencil, IconTrash } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { Menu } from '@/lib/layers/overlays';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { useMe } from '@/lib/session/use-me';
import { useRights } from '@/records/access/use-rights';
import { newCause } from '@/records/api/undo';
import { deleteRecord } from '@/records/api/write-record';
import { useSaveRecord } from '@/records/form/use-save-record';
import {
  mayCreate,
  mayDelete,
  mayUpdate,
  type ObjectDescription,
  type RecordData,
} from '@/records/object-description';
import Composer from '@/records/rich-text/composer';
import { namesIn } from '@/records/rich-text/names-in';
import RichTextView from '@/records/rich-text/rich-text-view';
import { showUndo } from '@/records/undo';
import { CommentReactions } from './comment-reactions';
import classes from './comments.module.css';

/** Who wrote a comment; without a name if the user may not see who it is. */
export function authorOf(comment: RecordData): { id: string | null; name: string } {
  const author = comment['createdBy'] as { id: string | null; name?: string } | undefined;
  return { id: author?.id ?? null, name: author?.name ?? '' };
}

interface CommentCardProps {
  object: ObjectDescription;
  comment: RecordData;
  /** More buttons below the text. */
  children?: ReactNode;
}

/** One comment: who wrote it and when, its text, reactions, and what can be done with it. */
export function CommentCard({ object, comment, children }: CommentCardProps) {
  const { t } = useTranslation('comments');
  const formats = useFormats();
  const navigate = useNavigate();
  const me = useMe();
  const save = useSaveRecord(object);
  const [isEditing, setEditing] = useState(false);
  const author = authorOf(comment);
  const name = author.name || t('someone');
  const isMine = author.id === me.user.memberId;
  const body = comment['body'] as RichTextDocument | null | undefined;
  const editedAt = comment['editedAt'] as string | null | undefined;
  const remove = useMutation({
    mutationFn: async () => {
      const cause = newCause();
      // Reactions of others raise the version, and are no reason to keep it.
      await deleteRecord(object.path, comment.id, undefined, undefined, cause);
      showUndo({ message: t('deleted'), cause });
    },
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
  });
  return (
    <article className={classes['comment']} aria-label={t('by', { name })}>
      <header className={classes['head']}>
        <Initials name={author.name} size={24} isRound />
        <span className={classes['who']}>
          <span className="pl-truncate">{name}</span>
          <time
            dateTime={String(comment['createdAt'])}
            title={formats.dateTime(String(comment['createdAt']))}
          >
            {formats.ago(String(comment['createdAt']))}
          </time>
          {editedAt ? (
            <small title={t('editedAt', { at: formats.dateTime(editedAt) })}>{t('edited')}</small>
          ) : null}
        </span>
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon size={26} variant="subtle" color="gray" aria-label={t('actions', { name })}>
              <IconDots size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {isMine && body && mayUpdate(object) ? (
              <Menu.Item leftSection={<IconPencil size={15} />} onClick={() => setEditing(true)}>
                {t('edit')}
              </Menu.Item>
            ) : null}
            <Menu.Item
              leftSection={<IconExternalLink size={15} />}
              onClick={() => void navigate({ to: `${object.path}/${comment.id}` })}
            >
              {t('open')}
            </Menu.Item>
            {mayDelete(object) ? (
              <DeleteItem object={object} comment={comment} onDelete={() => remove.mutate()} />
            ) : null}
          </Menu.Dropdown>
        </Menu>
      </header>
      {isEditing && body ? (
        <Composer
          place={`comment.${comment.id}`}
          label={t('body')}
          saveLabel={t('save')}
          document={body}
          version={comment.version}
          named={namesIn(comment)}
          onClose={() => setEditing(false)}
          onSave={(document, version) =>
            save({ ...comment, version: version ?? comment.version }, { body: document }, newCause())
          }
        />
      ) : body ? (
        <RichTextView document={body} named={namesIn(comment)} />
      ) : (
        <p className={classes['withheld']}>{t('withheld')}</p>
      )}
      <div className={classes['foot']}>
        <CommentReactions comment={comment} mayReact={mayCreate(object)} />
        {children}
      </div>
    </article>
  );
}

/** The entry that deletes a comment, for those who may. Whether they may is asked when the menu opens. */
function DeleteItem({
  object,
  comment,
  onDelete,
}: {
  object: ObjectDescription;
  comment: RecordData;
  onDelete: () => void;
}) {
  const { t } = useTranslation('comments');
  const rights = useRights(object, comment);
  if (rights.may('delete') !== 'yes') return null;
  return (
    <Menu.Item color="var(--pl-bad)" leftSection={<IconTrash size={15} />} onClick={onDelete}>
      {t('delete')}
    </Menu.Item>
  );
}

/** A small button below a comment. */
export function FootButton({ label, text, onClick }: { label?: string; text: string; onClick: () => void }) {
  return (
    <Button size="compact-xs" variant="subtle" color="gray" aria-label={label} onClick={onClick}>
      {text}
    </Button>
  );
}
