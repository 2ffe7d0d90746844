import { useMantineColorScheme } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { Spotlight, useSpotlight } from '@mantine/spotlight';
import { IconHome, IconKeyboard, IconListSearch, IconPlus, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLayer } from '@/lib/layers/use-layer';
import { mayUse } from '@/lib/session/permissions';
import { useOfferedCommands } from '@/lib/page-commands';
import { useMe } from '@/lib/session/use-me';
import { useObjects } from '@/records/api/describe-objects';
import { useRecordForm } from '@/records/form/record-form-context';
import { fieldOf, mayCreate, type ObjectDescription } from '@/records/object-description';
import { iconOf } from '@/records/object-presentation';
import { useRecentRecords } from '@/records/recent-records';
import { MarkedText } from '@/records/search/marked-text';
import { ObjectChips } from '@/records/search/object-chips';
import { quickSearchQuery, type SearchHit, SHORTEST_SEARCH } from '@/records/search/search-records';
import { features } from '../features';
import { isFoundBy, SEARCH_WORDS } from './search-words';
import { goKeys } from './go-keys';
import { palette, palettePart, paletteStore } from './palette-store';
import { SCHEMES } from './scheme-menu';
import { useFeatureNav } from './sidebar';
import classes from './command-palette.module.css';
import '@mantine/spotlight/styles.css';

interface Command {
  key: string;
  label: string;
  /** The label as it is drawn, if that is more than the text. */
  shown?: ReactNode;
  description?: ReactNode;
  /** Additional search words. */
  words?: string | undefined;
  icon: ReactNode;
  /** The keys that do the same, such as `g a`. */
  keys?: string | undefined;
  run: () => void;
}

/** Most hits that the palette shows; the search page has the rest. */
const MOST_HITS = 12;
const DEBOUNCE_MS = 120;

/** The best hits for the text, while it is typed. */
function useRecordSearch(text: string, objects: string[]) {
  const [q] = useDebouncedValue(text.trim(), DEBOUNCE_MS);
  const isSearching = q.length >= SHORTEST_SEARCH;
  const { data, isFetching } = useQuery(quickSearchQuery({ q, objects }, MOST_HITS));
  return { q, answer: isSearching ? data : undefined, isSearching, isFetching: isSearching && isFetching };
}

/** Selects the first entry, which Enter runs, whenever it is another one: hits arrive after the text was typed. */
function useFirstSelected(wanted: string, first: string | undefined): void {
  useEffect(() => {
    const list = wanted && first ? document.getElementById(paletteStore.getState().listId) : null;
    if (!list) return;
    list.querySelector('[data-selected]')?.removeAttribute('data-selected');
    list.querySelector('[data-action]')?.setAttribute('data-selected', 'true');
    paletteStore.updateState((state) => ({ ...state, selected: 0 }));
  }, [wanted, first]);
}

/** Ctrl-K: go to a page, create or find a record, change the colour scheme. */
export default function CommandPalette({ onShowHelp }: { onShowHelp: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const forms = useRecordForm();
  const { setColorScheme } = useMantineColorScheme();
  const { permissions } = useMe();
  const [text, setText] = useState('');
  const { opened } = useSpotlight(paletteStore);
  useLayer(opened, palette.close);
  const objects = useObjects();
  const navigable = objects.filter(({ listed }) => listed);
  const recent = useRecentRecords();
  const nav = [...useFeatureNav('work'), ...useFeatureNav('manage')];
  const [chosen, setChosen] = useState<string[]>([]);
  const offered = useOfferedCommands();
  const isCreating = palettePart() === 'create';
  const { q, answer, isSearching, isFetching } = useRecordSearch(isCreating ? '' : text, chosen);

  const go = (to: string) => () => void navigate({ to });
  const drawn = (object: ObjectDescription) => {
    const Icon = iconOf(object);
    return <Icon size={18} />;
  };
  const parts = features
    .flatMap((feature) => feature.settingsParts ?? [])
    .filter(({ object }) => !object || objects.some(({ key }) => key === object))
    .filter(({ permission }) => mayUse(permissions, permission));
  const shortcuts = features
    .flatMap((feature) => feature.spotlightActions ?? [])
    .filter(({ permission }) => mayUse(permissions, permission));
  const pages: Command[] = [
    { key: '/', label: t('app:home'), icon: <IconHome size={18} />, run: go('/') },
    ...nav.map(({ to, labelKey, icon: Icon }) => ({
      key: to,
      label: t(labelKey),
      icon: <Icon size={18} />,
      run: go(to),
    })),
    // If a page has the same name as an object ("People"), only the page is offered.
    ...objects
      .filter(({ pluralLabel }) => nav.every(({ labelKey }) => t(labelKey) !== pluralLabel))
      .map((object) => ({
        key: object.path,
        label: object.pluralLabel,
        icon: drawn(object),
        run: go(object.path),
      })),
    ...parts.map(({ to, labelKey, icon: Icon }) => ({
      key: to,
      label: t(labelKey),
      description: t('app:settings.title'),
      icon: <Icon size={18} />,
      run: go(to),
    })),
  ]
    // A page in several lists is offered once, and found by any of its names.
    .filter(({ key }, index, all) => all.findIndex((other) => other.key === key) === index)
    .map((page) => ({
      ...page,
      keys: goKeys(page.key),
      words: [
        SEARCH_WORDS[page.key] ?? '',
        ...shortcuts.filter(({ to }) => to === page.key).map(({ labelKey }) => t(labelKey)),
        ...parts.filter(({ to }) => to === page.key).map(({ labelKey }) => t(labelKey)),
      ].join(' '),
    }));
  const create: Command[] = navigable.filter(mayCreate).map((object) => ({
    key: `create-${object.key}`,
    label: t('records:list.new', { object: object.label }),
    icon: <IconPlus size={18} />,
    run: () => forms.openCreate(object),
  }));
  const actions: Command[] = [
    ...shortcuts
      .filter(({ to }) => pages.every((page) => page.key !== to))
      .map(({ key, labelKey, icon: Icon, to }) => ({
        key,
        label: t(labelKey),
        words: SEARCH_WORDS[to],
        icon: <Icon size={18} />,
        run: go(to),
      })),
    ...SCHEMES.map(({ value, icon: Icon }) => ({
      key: `scheme-${value}`,
      label: t('app:scheme.use', { scheme: t(`app:scheme.${value}`) }),
      words: SEARCH_WORDS['scheme'],
      icon: <Icon size={18} />,
      run: () => setColorScheme(value),
    })),
    {
      key: 'shortcuts',
      label: t('app:shortcuts.title'),
      words: SEARCH_WORDS['shortcuts'],
      icon: <IconKeyboard size={18} />,
      run: onShowHelp,
    },
  ];
  const onPage = opened
    ? offered.map(({ title, commands }) => ({
        title,
        commands: commands.map((command): Command => ({ ...command, key: `page-${command.key}` })),
      }))
    : [];
  const wanted = text.trim();
  const matches = (commands: Command[]) =>
    commands.filter(({ label, words = '' }) => isFoundBy(wanted, `${label} ${words}`));
  const hitCommand = (object: ObjectDescription, { id, title, snippet, field }: SearchHit): Command => ({
    key: id,
    label: title,
    shown: <MarkedText text={title} q={q} />,
    description: snippet ? (
      <>
        {fieldOf(object, field ?? '')?.label}: <MarkedText text={snippet} q={q} />
      </>
    ) : undefined,
    icon: drawn(object),
    run: go(`${object.path}/${id}`),
  });
  const hits = Map.groupBy(answer?.data ?? [], ({ object }) => object);
  const hitGroups = [...hits].flatMap(([key, own]) => {
    const object = objects.find((candidate) => candidate.key === key);
    return object ? [{ label: object.pluralLabel, commands: own.map((hit) => hitCommand(object, hit)) }] : [];
  });
  const all: Command[] = hits.size
    ? [
        {
          key: 'all-hits',
          label: t('app:palette.all', { text: q }),
          icon: <IconListSearch size={18} />,
          run: () =>
            void navigate({
              to: '/search',
              search: { q, ...(chosen.length ? { objects: chosen } : {}) },
            } as never),
        },
      ]
    : [];
  const visited = recent.flatMap(({ object: key, id, name }): Command[] => {
    const object = objects.find((candidate) => candidate.key === key);
    return object
      ? [
          {
            key: id,
            label: name,
            description: object.label,
            icon: drawn(object),
            run: go(`${object.path}/${id}`),
          },
        ]
      : [];
  });
  const creating = { label: t('app:palette.create'), commands: matches(create) };
  const everything = [
    ...(wanted ? [] : onPage.map(({ title, commands }) => ({ label: title, commands }))),
    ...hitGroups,
    { label: t('app:palette.records'), commands: all },
    { label: t('app:palette.recent'), commands: wanted ? [] : visited.slice(0, 5) },
    ...(wanted ? onPage.map(({ title, commands }) => ({ label: title, commands: matches(commands) })) : []),
    { label: t('app:palette.goTo'), commands: matches(pages) },
    creating,
    { label: t('app:palette.actions'), commands: wanted ? matches(actions) : [] },
  ];
  const groups = (isCreating ? [creating] : everything).filter(({ commands }) => commands.length > 0);
  const placeholder = t(isCreating ? 'app:palette.createPlaceholder' : 'app:palette.placeholder');
  useFirstSelected(wanted, groups[0]?.commands[0]?.key);

  return (
    <Spotlight.Root
      store={paletteStore}
      query={text}
      onQueryChange={setText}
      shortcut={null}
      closeOnEscape={false}
      maxHeight={440}
      scrollable
      onSpotlightClose={() => {
        setText('');
        setChosen([]);
      }}
      title={t('app:palette.title')}
      classNames={{ header: classes['head'] as string }}
    >
      <Spotlight.Search
        placeholder={placeholder}
        aria-label={placeholder}
        leftSection={<IconSearch size={18} stroke={1.5} />}
      />
      {wanted && !isCreating ? (
        <ObjectChips
          className={classes['objects']}
          objects={navigable}
          chosen={chosen}
          onChange={setChosen}
          counts={answer?.counts}
        />
      ) : null}
      <Spotlight.ActionsList>
        {groups.map(({ label, commands }) => (
          <Spotlight.ActionsGroup key={label} label={label}>
            {commands.map(({ key, label: name, shown, description, icon, keys, run }) => (
              <Spotlight.Action key={key} aria-label={name} aria-keyshortcuts={keys} onClick={run}>
                <span className={classes['action']} data-keys={keys}>
                  {icon}
                  <span className={classes['texts']}>
                    <span>{shown ?? name}</span>
                    {description ? <span className={classes['description']}>{description}</span> : null}
                  </span>
                </span>
              </Spotlight.Action>
            ))}
          </Spotlight.ActionsGroup>
        ))}
        {groups.length === 0 ? (
          <Spotlight.Empty>
            {!isCreating && (isFetching || (wanted.length >= 2 && !isSearching))
              ? t('app:palette.searching')
              : t('app:palette.nothing')}
          </Spotlight.Empty>
        ) : null}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
