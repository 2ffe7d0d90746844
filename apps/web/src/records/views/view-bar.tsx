import { Group, Tabs } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { lazyPart } from '@/lib/i18n/i18n';
import type { ListState } from '../list/use-list';
import { viewsOf } from '../list/use-list';
import type { ObjectDescription } from '../object-description';
import { Suspense } from 'react';
import classes from './view-bar.module.css';
import { UNCHANGED } from './view-model';

const ViewMenu = lazyPart('views', () => import('./view-menu'));

interface ViewBarProps {
  object: ObjectDescription;
  state: ListState;
}

/** The views of a list: those that every list has, pinned ones and the one that is shown; others are in a menu. */
export function ViewBar({ object, state }: ViewBarProps) {
  const { t } = useTranslation('records');
  const { views, view, viewId } = state;
  const saved = views?.data.filter(
    ({ id, isPinned, isPinnedForAll }) => isPinned || isPinnedForAll || id === view?.id,
  );
  return (
    <Group gap={6} miw={0}>
      <Tabs
        variant="none"
        value={viewId}
        onChange={(id) =>
          id && state.setSearch({ ...UNCHANGED, view: id === 'all' && !views?.defaultView ? undefined : id })
        }
        aria-label={t('list.views')}
      >
        <Tabs.List className={classes['list']}>
          {viewsOf(object).map((each) => (
            <Tabs.Tab key={each} value={each} className={classes['tab']} aria-controls={undefined}>
              {t(`list.view.${each}`)}
            </Tabs.Tab>
          ))}
          {saved?.map(({ id, name }) => (
            <Tabs.Tab key={id} value={id} className={classes['tab']} aria-controls={undefined}>
              {name}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      </Tabs>
      <Suspense fallback={<div style={{ width: 84 }} aria-busy />}>
        <ViewMenu object={object} state={state} />
      </Suspense>
    </Group>
  );
}
