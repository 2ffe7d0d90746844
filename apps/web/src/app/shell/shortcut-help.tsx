import { Kbd } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Modal } from '@/lib/layers/overlays';
import classes from './shortcut-help.module.css';

const SHORTCUTS: { section: string; keys: { name: string; keys: string[] }[] }[] = [
  {
    section: 'everywhere',
    keys: [
      { name: 'palette', keys: ['Ctrl', 'K'] },
      { name: 'help', keys: ['?'] },
      { name: 'close', keys: ['Esc'] },
    ],
  },
  {
    section: 'list',
    keys: [
      { name: 'create', keys: ['n'] },
      { name: 'search', keys: ['/'] },
      { name: 'filter', keys: ['f'] },
      { name: 'next', keys: ['j'] },
      { name: 'previous', keys: ['k'] },
      { name: 'open', keys: ['Enter'] },
      { name: 'select', keys: ['x'] },
    ],
  },
  {
    section: 'record',
    keys: [
      { name: 'edit', keys: ['e'] },
      { name: 'fields', keys: ['↑', '↓', '←', '→'] },
      { name: 'back', keys: ['Esc'] },
    ],
  },
];

/** Lists the keyboard shortcuts. */
export default function ShortcutHelp({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('app');
  return (
    <Modal opened onClose={onClose} title={t('shortcuts.title')} size="md">
      {SHORTCUTS.map(({ section, keys }) => (
        <section key={section} className={classes['section']}>
          <h3 className={classes['heading']}>{t(`shortcuts.sections.${section}`)}</h3>
          <dl className={classes['list']}>
            {keys.map(({ name, keys: pressed }) => (
              <div key={name} className={classes['row']}>
                <dt>{t(`shortcuts.names.${name}`)}</dt>
                <dd>
                  {pressed.map((key) => (
                    <Kbd key={key}>{key}</Kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Modal>
  );
}
