import { useMantineColorScheme } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { Spotlight, useSpotlight } from '@mantine/spotlight';
import { IconHome, IconKeyboard, IconPlus, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQueries } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLayer } from '@/lib/layers/use-layer';
import { mayUse } from '@/lib/session/permissions';
import { useMe } from '@/lib/session/use-me';
import { useObjects } from '@/records/api/describe-objects';
import { shortListQuery } from '@/records/api/list-records';
import { useRecordForm } from '@/records/form/record-form-context';
import { mayCreate, type ObjectDescription, recordName } from '@/records/object-description';
import { iconOf } from '@/records/object-presentation';
import { useRecentRecords } from '@/records/recent-records';
import { features } from '../features';
import { isFoundBy, SEARCH_WORDS } from './search-words';
import { palette, paletteStore } from './palette-store';
import { SCHEMES } from './scheme-menu';
import { useFeatureNav } from './sidebar';
import classes from './command-palette.module.css';
import '@mantine/spotlight/styles.css';

interface Command {
  key: string;
  label: string;
  description?: string;
  /** Additional search words. */
  words?: string | undefined;
  icon: ReactNode;
  run: () => void;
}

/** Records of all objects in the navigation whose searchable fields contain the text. */
function useRecordSearch(text: string, objects: ObjectDescription[]) {
  const [q] = useDebouncedValue(text.trim(), 180);
  const isSearching = q.length >= 2;
  const queries = useQueries({
    queries: objects.map((object) => ({
      ...shortListQuery(object, { q, limit: 4 }),
      enabled: isSearching,
      placeholderData: keepPreviousData,
    })),
  });
  const found = isSearching
    ? objects.flatMap((object, index) =>
        (queries[index]?.data?.data ?? []).map((record) => ({
          object,
          id: record.id,
          name: recordName(object, record),
        })),
      )
    : [];
  return { found, isSearching, isFetching: isSearching && queries.some((query) => query.isFetching) };
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
  const { found, isSearching, isFetching } = useRecordSearch(text, navigable);

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
  const wanted = text.trim();
  const matches = (commands: Command[]) =>
    commands.filter(({ label, words = '' }) => isFoundBy(wanted, `${label} ${words}`));
  const asCommand = ({
    object,
    id,
    name,
  }: {
    object: ObjectDescription;
    id: string;
    name: string;
  }): Command => ({
    key: id,
    label: name,
    description: object.label,
    icon: drawn(object),
    run: go(`${object.path}/${id}`),
  });
  const visited = recent.flatMap(({ object: key, id, name }) => {
    const object = objects.find((candidate) => candidate.key === key);
    return object ? [{ object, id, name }] : [];
  });
  const groups = [
    { label: t('app:palette.records'), commands: found.map(asCommand) },
    { label: t('app:palette.recent'), commands: wanted ? [] : visited.slice(0, 5).map(asCommand) },
    { label: t('app:palette.goTo'), commands: matches(pages) },
    { label: t('app:palette.create'), commands: matches(create) },
    { label: t('app:palette.actions'), commands: wanted ? matches(actions) : [] },
  ].filter(({ commands }) => commands.length > 0);

  return (
    <Spotlight.Root
      store={paletteStore}
      query={text}
      onQueryChange={setText}
      shortcut={null}
      closeOnEscape={false}
      maxHeight={440}
      scrollable
      onSpotlightClose={() => setText('')}
      title={t('app:palette.title')}
      classNames={{ header: classes['head'] as string }}
    >
      <Spotlight.Search
        placeholder={t('app:palette.placeholder')}
        aria-label={t('app:palette.placeholder')}
        leftSection={<IconSearch size={18} stroke={1.5} />}
      />
      <Spotlight.ActionsList>
        {groups.map(({ label, commands }) => (
          <Spotlight.ActionsGroup key={label} label={label}>
            {commands.map(({ key, label: name, description, icon, run }) => (
              <Spotlight.Action
                key={key}
                label={name}
                description={description}
                leftSection={icon}
                onClick={run}
              />
            ))}
          </Spotlight.ActionsGroup>
        ))}
        {groups.length === 0 ? (
          <Spotlight.Empty>
            {isFetching || (wanted.length >= 2 && !isSearching)
              ? t('app:palette.searching')
              : t('app:palette.nothing')}
          </Spotlight.Empty>
        ) : null}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
