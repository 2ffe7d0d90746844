import { Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { SearchInput } from '@/lib/forms/search-input';
import { useFilterText } from '@/lib/forms/use-filter-text';
import { useMe } from '@/lib/session/use-me';
import { useObject } from '@/records/api/describe-objects';
import { recordQuery } from '@/records/api/get-record';
import { ReferencePicker } from '@/records/fields/reference-picker';
import { recordName } from '@/records/object-description';
import classes from './board-page.module.css';

/** Whose opportunities the board shows. */
export function OwnerFilter({
  ownerId,
  onChange,
}: {
  ownerId?: string;
  onChange: (id: string | undefined) => void;
}) {
  const { t } = useTranslation('pipeline-board');
  const { user } = useMe();
  const member = useObject('member');
  const isMine = ownerId === user.memberId;
  const owner = useQuery({ ...recordQuery('/members', ownerId ?? ''), enabled: Boolean(ownerId && !isMine) });
  return (
    <Group gap="xs" wrap="nowrap" className={classes['owner']}>
      <Button
        size="xs"
        variant={isMine ? 'light' : 'default'}
        aria-pressed={isMine}
        onClick={() => onChange(isMine ? undefined : user.memberId)}
      >
        {t('mine')}
      </Button>
      {member && !isMine ? (
        <div className={classes['ownerPicker']}>
          <ReferencePicker
            object={member}
            size="xs"
            aria-label={t('owner')}
            placeholder={t('anyOwner')}
            canCreate={false}
            people="all"
            value={ownerId ? { id: ownerId, name: owner.data ? recordName(member, owner.data) : '…' } : null}
            onChange={(value) => onChange(value?.id)}
          />
        </div>
      ) : null}
    </Group>
  );
}

interface BoardSearchBoxProps {
  inputRef: RefObject<HTMLInputElement | null>;
  value: string;
  onChange: (text: string | undefined) => void;
}

/** Searches the opportunities of the board while the user types. */
export function BoardSearchBox({ inputRef, value, onChange }: BoardSearchBoxProps) {
  const { t } = useTranslation('pipeline-board');
  const { text, type, clear } = useFilterText(value, (next) => onChange(next || undefined));
  return (
    <SearchInput
      inputRef={inputRef}
      className={classes['search']}
      label={t('search')}
      text={text}
      onType={type}
      onClear={clear}
    />
  );
}
