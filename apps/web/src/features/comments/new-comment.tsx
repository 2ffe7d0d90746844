import { Skeleton } from '@mantine/core';
import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { newCause } from '@/records/api/undo';
import { createRecord } from '@/records/api/write-record';
import type { ObjectDescription } from '@/records/object-description';
import { stopTyping } from '@/records/live/presence';
import Composer from '@/records/rich-text/composer';
import { showUndo } from '@/records/undo';

interface NewCommentProps {
  object: ObjectDescription;
  /** Where its draft is kept. */
  place: string;
  label: string;
  /** What it is about, or what it replies to. */
  values: Record<string, unknown>;
  onClose: () => void;
  /** Runs while the user writes. */
  onTyping: () => void;
}

/** Writes a comment or a reply. */
export function NewComment({ object, place, label, values, onClose, onTyping }: NewCommentProps) {
  const { t } = useTranslation('comments');
  return (
    <Suspense fallback={<Skeleton height={140} radius="md" />}>
      <Composer
        place={place}
        label={label}
        placeholder={t('placeholder')}
        saveLabel={t('send')}
        onClose={onClose}
        onTyping={onTyping}
        onSave={async (body) => {
          const cause = newCause();
          const saved = await createRecord(object.path, { body, ...values }, cause);
          stopTyping();
          showUndo({ message: t('sent'), cause });
          return saved;
        }}
      />
    </Suspense>
  );
}
