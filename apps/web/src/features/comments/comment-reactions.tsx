import { ActionIcon } from '@mantine/core';
import { IconMoodPlus } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Menu } from '@/lib/layers/overlays';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { useMe } from '@/lib/session/use-me';
import type { RecordData } from '@/records/object-description';
import { react } from './api/comments';
import { REACTIONS, type ReactionKey, reactedBy } from './reactions';
import classes from './comments.module.css';

/** Who reacted to a comment and how, and how to react oneself. */
export function CommentReactions({ comment, mayReact }: { comment: RecordData; mayReact: boolean }) {
  const { t } = useTranslation('comments');
  const me = useMe();
  const toggle = useMutation({
    mutationFn: ({ key, on }: { key: ReactionKey; on: boolean }) => react(comment.id, key, on),
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
  });
  const isMine = (key: ReactionKey) =>
    reactedBy(comment, key)?.some(({ id }) => id === me.user.memberId) ?? false;
  const shown = REACTIONS.filter(([key]) => reactedBy(comment, key)?.length);
  const offered = REACTIONS.filter(([key]) => reactedBy(comment, key));
  const namesOf = (key: ReactionKey) => {
    const people = reactedBy(comment, key) ?? [];
    const named = people.filter(({ id, name }) => name && id !== me.user.memberId);
    const unnamed = people.length - named.length - (isMine(key) ? 1 : 0);
    return [
      ...(isMine(key) ? [t('you')] : []),
      ...named.map(({ name }) => name),
      ...(unnamed ? [t('others', { count: unnamed })] : []),
    ].join(', ');
  };
  return (
    <>
      {shown.map(([key, emoji]) => {
        const label = t('reacted', { reaction: t(`reaction.${key}`), names: namesOf(key) });
        return (
          <span key={key} className={classes['given']}>
            <button
              type="button"
              className={classes['reaction']}
              aria-label={label}
              aria-pressed={isMine(key)}
              aria-disabled={!mayReact}
              onClick={() => mayReact && !toggle.isPending && toggle.mutate({ key, on: !isMine(key) })}
            >
              <span aria-hidden>{emoji}</span> {reactedBy(comment, key)!.length}
            </button>
            <span role="tooltip" className={classes['names']}>
              {label}
            </span>
          </span>
        );
      })}
      {mayReact && offered.length ? (
        <Menu position="bottom-start" withinPortal>
          <Menu.Target>
            <ActionIcon size={26} variant="subtle" color="gray" aria-label={t('addReaction')}>
              <IconMoodPlus size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown aria-label={t('reactions')}>
            {offered.map(([key, emoji]) => (
              <Menu.Item
                key={key}
                leftSection={<span aria-hidden>{emoji}</span>}
                onClick={() => toggle.mutate({ key, on: !isMine(key) })}
              >
                {t(`reaction.${key}`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      ) : null}
    </>
  );
}
