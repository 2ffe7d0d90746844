import { Paper, Portal } from '@mantine/core';
import { Initials } from '@pellucid/ui';
import { useTranslation } from 'react-i18next';
import classes from './mention-menu.module.css';
import type { OpenMentions } from './use-mentions';

interface MentionMenuProps {
  open: OpenMentions | undefined;
  onHover: (index: number) => void;
}

/** People to mention, below the "@". The editor keeps the focus and handles the keys. */
export function MentionMenu({ open, onHover }: MentionMenuProps) {
  const { t } = useTranslation('notes');
  if (!open?.at) return null;
  const left = Math.max(8, Math.min(open.at.left, window.innerWidth - 248));
  const isAbove = open.at.bottom + 240 > window.innerHeight;
  return (
    <Portal>
      <Paper
        withBorder
        shadow="md"
        className={classes['menu']}
        style={
          isAbove ? { left, bottom: window.innerHeight - open.at.top + 4 } : { left, top: open.at.bottom + 4 }
        }
      >
        {open.people.length ? (
          <div role="listbox" aria-label={t('editor.people')} className={classes['list']}>
            {open.people.map((person, n) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the editor handles the keys
              <div
                key={person.id}
                role="option"
                tabIndex={-1}
                aria-selected={n === open.active}
                className={classes['person']}
                onMouseEnter={() => onHover(n)}
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => open.pick(person)}
              >
                <Initials name={person.name} size={22} isRound />
                <span className="pl-truncate">{person.name}</span>
              </div>
            ))}
          </div>
        ) : (
          <p className={classes['nobody']}>{t('editor.nobody')}</p>
        )}
      </Paper>
    </Portal>
  );
}
