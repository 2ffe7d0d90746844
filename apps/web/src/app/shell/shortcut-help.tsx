import { Kbd } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Modal } from '@/lib/layers/overlays';
import { useObjects } from '@/records/api/describe-objects';
import { goKeys, useGoPaths } from './go-keys';
import { useFeatureNav } from './sidebar';
import classes from './shortcut-help.module.css';

const SHORTCUTS: { section: string; keys: { name: string; keys: string[] }[] }[] = [
  {
    section: 'everywhere',
    keys: [
      { name: 'palette', keys: ['Ctrl', 'K'] },
      { name: 'createAny', keys: ['c'] },
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

interface Shortcut {
  label: string;
  keys: string[];
}

/** The pages that the user can go to by keys, by name. */
function usePlaces(): Shortcut[] {
  const { t } = useTranslation();
  const nav = [...useFeatureNav('work'), ...useFeatureNav('manage')];
  const objects = useObjects();
  const own: Record<string, string> = {
    '/': t('app:home'),
    '/notifications': t('app:notifications'),
    '/search': t('app:shortcuts.names.results'),
    '/settings': t('app:settings.title'),
  };
  return useGoPaths()
    .map((path) => {
      const item = nav.find(({ to }) => to === path);
      const label = item ? t(item.labelKey) : objects.find((object) => object.path === path)?.pluralLabel;
      return { label: own[path] ?? label ?? path, keys: goKeys(path)!.split(' ') };
    })
    .sort((a, b) => a.label.localeCompare(b.label));
}

function ShortcutSection({ heading, shortcuts }: { heading: string; shortcuts: Shortcut[] }) {
  return (
    <section className={classes['section']}>
      <h3 className={classes['heading']}>{heading}</h3>
      <dl className={classes['list']}>
        {shortcuts.map(({ label, keys }) => (
          <div key={label} className={classes['row']}>
            <dt>{label}</dt>
            <dd>
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Lists the keyboard shortcuts. */
export default function ShortcutHelp({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('app');
  const places = usePlaces();
  const pages = SHORTCUTS.map(({ section, keys }) => ({
    heading: t(`shortcuts.sections.${section}`),
    shortcuts: keys.map(({ name, keys: pressed }) => ({
      label: t(`shortcuts.names.${name}`),
      keys: pressed,
    })),
  }));
  const sections = [...pages, { heading: t('shortcuts.sections.goTo'), shortcuts: places }];
  return (
    <Modal opened onClose={onClose} title={t('shortcuts.title')} size="md">
      {sections.map((section) => (
        <ShortcutSection key={section.heading} {...section} />
      ))}
    </Modal>
  );
}
