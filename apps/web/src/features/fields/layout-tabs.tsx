import { ActionIcon, Button, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { LayoutSections, type SectionsProps } from './layout-sections';
import classes from './layouts.module.css';
import { OTHER_LANGUAGES } from './model/field-draft';
import { newSection, newTab, type TabDraft } from './model/layout-draft';

/** The tabs of a detail page, each with its sections. */
export function LayoutTabs(props: SectionsProps) {
  const { draft, names, setDraft } = props;
  const { t } = useTranslation('fields');
  const { tabs } = draft;
  const setTabs = (next: (tabs: TabDraft[]) => TabDraft[]) =>
    setDraft((current) => ({ ...current, tabs: next(current.tabs) }));
  const change = (id: string, next: Partial<TabDraft>) =>
    setTabs((all) => all.map((tab) => (tab.id === id ? { ...tab, ...next } : tab)));
  const move = (index: number, step: number) =>
    setTabs((all) => all.toSpliced(index, 1).toSpliced(index + step, 0, all[index]!));
  const add = () => {
    const keys = new Set(tabs.map(({ key }) => key));
    let number = tabs.length + 1;
    while (keys.has(`tab-${number}`)) number += 1;
    setTabs((all) => [...all, newTab(`tab-${number}`, t('layouts.newTab'), [newSection()])]);
  };
  return (
    <>
      <h3 className={classes['heading']}>{t('layouts.tabs')}</h3>
      {tabs.map((tab, index) => {
        const panel = tab.sections
          .flatMap(({ pieces }) => pieces)
          .find((piece) => piece.startsWith('panel:'));
        const own = (panel && names.get(panel)) ?? t('layouts.untitled');
        const name = tab.title || own;
        return (
          <section key={tab.id} className={classes['tab']} aria-label={t('layouts.tabNamed', { tab: name })}>
            <div className={classes['sectionHead']}>
              <TextInput
                size="xs"
                className={classes['grow']}
                aria-label={t('layouts.tabTitle')}
                // A tab with a panel is named after it.
                placeholder={own}
                maxLength={100}
                value={tab.title}
                onChange={(event) => change(tab.id, { title: event.currentTarget.value })}
              />
              {OTHER_LANGUAGES.map((language) => (
                <TextInput
                  key={language}
                  size="xs"
                  className={classes['grow']}
                  aria-label={t(`layouts.titleIn.${language}`)}
                  placeholder={t(`options.placeholderIn.${language}`)}
                  maxLength={100}
                  value={tab.titles[language] ?? ''}
                  onChange={(event) =>
                    change(tab.id, { titles: { ...tab.titles, [language]: event.currentTarget.value } })
                  }
                />
              ))}
              <ActionIcon
                size={28}
                disabled={index === 0}
                aria-label={t('layouts.up', { section: name })}
                onClick={() => move(index, -1)}
              >
                <IconArrowUp size={15} />
              </ActionIcon>
              <ActionIcon
                size={28}
                disabled={index === tabs.length - 1}
                aria-label={t('layouts.down', { section: name })}
                onClick={() => move(index, 1)}
              >
                <IconArrowDown size={15} />
              </ActionIcon>
              <ActionIcon
                size={28}
                aria-label={t('layouts.removeTab', { tab: name })}
                onClick={() => setTabs((all) => all.filter(({ id }) => id !== tab.id))}
              >
                <IconTrash size={15} />
              </ActionIcon>
            </div>
            <LayoutSections
              {...props}
              sections={tab.sections}
              onChange={(sections) => change(tab.id, { sections })}
            />
          </section>
        );
      })}
      <Button
        size="compact-xs"
        variant="default"
        className={classes['addSection']}
        leftSection={<IconPlus size={13} />}
        onClick={add}
      >
        {t('layouts.addTab')}
      </Button>
    </>
  );
}
