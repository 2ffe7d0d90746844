import { ActionIcon } from '@mantine/core';
import type { RichTextDocument } from '@pellucid/conditions/rich-text';
import { Initials } from '@pellucid/ui';
import {
  IconDots,
  IconExternalLink,
  IconPencil,
  IconPin,
  IconPinnedOff,
  IconTrash,
} from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { Menu } from '@/lib/layers/overlays';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { useMe } from '@/lib/session/use-me';
import { newCause } from '@/records/api/undo';
import { deleteRecord } from '@/records/api/write-record';
import { useSaveRecord } from '@/records/form/use-save-record';
import { mayUpdate, type ObjectDescription, type RecordData } from '@/records/object-description';
import Composer from '@/records/rich-text/composer';
import { namesIn } from '@/records/rich-text/names-in';
import RichTextView from '@/records/rich-text/rich-text-view';
import { showUndo } from '@/records/undo';
import { useTicks } from './use-ticks';
import classes from './notes-panel.module.css';

interface NoteCardProps {
  object: ObjectDescription;
  note: RecordData;
  /** Whether the user may change the record that the note is about. */
  mayChangeRecord: boolean;
}

/** One note: its text with boxes to tick, who wrote it, and what can be done with it. */
export function NoteCard({ object, note, mayChangeRecord }: NoteCardProps) {
  const { t } = useTranslation('notes');
  const formats = useFormats();
  const navigate = useNavigate();
  const me = useMe();
  const save = useSaveRecord(object);
  const [isEditing, setEditing] = useState(false);
  const owner = note['owner'] as { id: string; name: string } | null | undefined;
  const isMine = owner?.id === me.user.memberId || me.permissions.includes('*');
  const mayEdit = mayUpdate(object) && (isMine || mayChangeRecord);
  const mayDelete = isMine && object.permissions?.['delete'] !== false;
  const body = note['body'] as RichTextDocument | null | undefined;
  const isPinned = note['pinned'] === true;
  const title = note['titleFromText'] === true ? undefined : (note['title'] as string | null);

  const { shown, tick } = useTicks(note, save);
  const change = useMutation({
    mutationFn: async ({ changes, message }: { changes: Record<string, unknown>; message?: string }) => {
      const cause = newCause();
      const saved = await save(note, changes, cause);
      if (saved && message) showUndo({ message, cause });
    },
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
  });
  const remove = useMutation({
    mutationFn: async () => {
      const cause = newCause();
      await deleteRecord(object.path, note.id, note.version, undefined, cause);
      showUndo({ message: t('deleted'), cause });
    },
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
  });

  return (
    <article className={`pl-card ${classes['card']}`} aria-label={String(note['title'] ?? object.label)}>
      <header className={classes['head']}>
        <Initials name={owner?.name ?? ''} size={24} isRound />
        <span className={classes['who']}>
          <span className="pl-truncate">{owner?.name || t('someone')}</span>
          <time dateTime={String(note['createdAt'])} title={formats.dateTime(String(note['createdAt']))}>
            {formats.ago(String(note['createdAt']))}
          </time>
        </span>
        {isPinned ? (
          <IconPin size={15} role="img" aria-label={t('pinned')} className={classes['pin']} />
        ) : null}
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon
              size={26}
              variant="subtle"
              color="gray"
              aria-label={t('actions', { name: String(note['title']) })}
            >
              <IconDots size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {mayEdit ? (
              <>
                <Menu.Item leftSection={<IconPencil size={15} />} onClick={() => setEditing(true)}>
                  {t('edit')}
                </Menu.Item>
                <Menu.Item
                  leftSection={isPinned ? <IconPinnedOff size={15} /> : <IconPin size={15} />}
                  onClick={() => change.mutate({ changes: { pinned: !isPinned } })}
                >
                  {t(isPinned ? 'unpin' : 'pin')}
                </Menu.Item>
              </>
            ) : null}
            <Menu.Item
              leftSection={<IconExternalLink size={15} />}
              onClick={() => void navigate({ to: `${object.path}/${note.id}` })}
            >
              {t('open')}
            </Menu.Item>
            {mayDelete ? (
              <Menu.Item
                color="var(--pl-bad)"
                leftSection={<IconTrash size={15} />}
                onClick={() => remove.mutate()}
              >
                {t('delete')}
              </Menu.Item>
            ) : null}
          </Menu.Dropdown>
        </Menu>
      </header>
      {title ? <h3 className={classes['title']}>{title}</h3> : null}
      {isEditing && body ? (
        <Composer
          place={`note.${note.id}`}
          label={t('body')}
          saveLabel={t('save')}
          document={body}
          version={note.version}
          named={namesIn(note)}
          onClose={() => setEditing(false)}
          onSave={(document, version) =>
            save({ ...note, version: version ?? note.version }, { body: document }, newCause())
          }
        />
      ) : body ? (
        <RichTextView document={shown ?? body} named={namesIn(note)} onTick={mayEdit ? tick : undefined} />
      ) : (
        <p className={classes['withheld']}>{t('withheld')}</p>
      )}
    </article>
  );
}
