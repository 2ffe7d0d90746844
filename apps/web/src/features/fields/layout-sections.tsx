import { useDroppable } from '@dnd-kit/core';
import { SortableContext, useSortable, verticalListSortingStrategy } from '@dnd-kit/sortable';
import { CSS } from '@dnd-kit/utilities';
import { ActionIcon, Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import {
  IconArrowDown,
  IconArrowUp,
  IconGripVertical,
  IconPlus,
  IconTrash,
  IconX,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { LayoutKind } from './api/layouts';
import { ConditionSetting } from '@/records/filters/condition-setting';
import type { LayoutPartProps } from './layout-audience';
import classes from './layouts.module.css';
import { OTHER_LANGUAGES } from './model/field-draft';
import {
  mapSections,
  movePiece,
  moveSection,
  newSection,
  PALETTE,
  type PieceId,
  type SectionDraft,
} from './model/layout-draft';

export interface SectionsProps extends LayoutPartProps {
  kind: LayoutKind;
  names: Map<PieceId, string>;
}

/** Sections below each other, and the button that adds one. */
export function LayoutSections({
  sections,
  onChange,
  ...props
}: SectionsProps & { sections: SectionDraft[]; onChange: (sections: SectionDraft[]) => void }) {
  const { t } = useTranslation('fields');
  return (
    <>
      {sections.map((section, index) => (
        <SectionCard
          key={section.id}
          {...props}
          section={section}
          isFirst={index === 0}
          isLast={index === sections.length - 1}
        />
      ))}
      {/* A card is one list of fields. */}
      {props.kind === 'card' ? null : (
        <Button
          size="compact-xs"
          variant="default"
          className={classes['addSection']}
          leftSection={<IconPlus size={13} />}
          onClick={() => onChange([...sections, newSection()])}
        >
          {t('layouts.addSection')}
        </Button>
      )}
    </>
  );
}

function SectionCard({
  object,
  kind,
  section,
  names,
  isFirst,
  isLast,
  setDraft,
}: SectionsProps & { section: SectionDraft; isFirst: boolean; isLast: boolean }) {
  const { t } = useTranslation('fields');
  const { setNodeRef, isOver } = useDroppable({ id: section.id });
  const name = section.title || t('layouts.section');
  const change = (next: Partial<SectionDraft>) =>
    setDraft((draft) => mapSections(draft, (each) => (each.id === section.id ? { ...each, ...next } : each)));
  return (
    <section
      ref={setNodeRef}
      className={classes['section']}
      data-over={isOver || undefined}
      aria-label={name}
    >
      {kind === 'card' ? null : (
        <div className={classes['sectionHead']}>
          <TextInput
            size="xs"
            className={classes['grow']}
            aria-label={t('layouts.title')}
            placeholder={t('layouts.untitled')}
            maxLength={100}
            value={section.title}
            onChange={(event) => change({ title: event.currentTarget.value })}
          />
          {OTHER_LANGUAGES.map((language) => (
            <TextInput
              key={language}
              size="xs"
              className={classes['grow']}
              aria-label={t(`layouts.titleIn.${language}`)}
              placeholder={t(`options.placeholderIn.${language}`)}
              maxLength={100}
              value={section.titles[language] ?? ''}
              onChange={(event) =>
                change({ titles: { ...section.titles, [language]: event.currentTarget.value } })
              }
            />
          ))}
          <NativeSelect
            size="xs"
            aria-label={t('layouts.columns')}
            value={String(section.columns)}
            data={[1, 2, 3].map((count) => ({
              value: String(count),
              label: t('layouts.columnCount', { count }),
            }))}
            onChange={(event) => change({ columns: Number(event.currentTarget.value) })}
          />
          <ActionIcon
            size={28}
            disabled={isFirst}
            aria-label={t('layouts.up', { section: name })}
            onClick={() => setDraft((draft) => moveSection(draft, section.id, -1))}
          >
            <IconArrowUp size={15} />
          </ActionIcon>
          <ActionIcon
            size={28}
            disabled={isLast}
            aria-label={t('layouts.down', { section: name })}
            onClick={() => setDraft((draft) => moveSection(draft, section.id, 1))}
          >
            <IconArrowDown size={15} />
          </ActionIcon>
          <ActionIcon
            size={28}
            aria-label={t('layouts.removeSection', { section: name })}
            onClick={() =>
              setDraft((draft) => mapSections(draft, (each) => (each.id === section.id ? undefined : each)))
            }
          >
            <IconTrash size={15} />
          </ActionIcon>
        </div>
      )}
      <SortableContext items={section.pieces} strategy={verticalListSortingStrategy}>
        <ul className={classes['pieces']}>
          {section.pieces.map((piece) => (
            <Piece
              key={piece}
              id={piece}
              name={names.get(piece)}
              onRemove={() => setDraft((draft) => movePiece(draft, piece, PALETTE))}
            />
          ))}
          {section.pieces.length === 0 ? <li className={classes['empty']}>{t('layouts.dropHere')}</li> : null}
        </ul>
      </SortableContext>
      {kind === 'card' ? null : (
        <div className={classes['sectionFoot']}>
          <Checkbox
            size="xs"
            label={t('layouts.collapsed')}
            checked={section.isCollapsed}
            onChange={(event) => change({ isCollapsed: event.currentTarget.checked })}
          />
          <ConditionSetting
            object={object}
            label={t('layouts.when')}
            description=""
            value={section.when}
            error={undefined}
            onChange={(when) => change({ when })}
          />
        </div>
      )}
    </section>
  );
}

function Piece({ id, name, onRemove }: { id: PieceId; name: string | undefined; onRemove: () => void }) {
  const { t } = useTranslation('fields');
  const sortable = useSortable({ id });
  const label = name ?? id.slice(6);
  return (
    <li
      ref={sortable.setNodeRef}
      className={classes['piece']}
      data-dragging={sortable.isDragging || undefined}
      data-missing={name === undefined || undefined}
      style={{ transform: CSS.Transform.toString(sortable.transform), transition: sortable.transition }}
    >
      <ActionIcon
        ref={sortable.setActivatorNodeRef}
        {...sortable.attributes}
        {...sortable.listeners}
        size={24}
        className={classes['grip']}
        aria-label={t('drag', { field: label })}
      >
        <IconGripVertical size={14} />
      </ActionIcon>
      <span className={classes['grow']}>
        {label}
        {name === undefined ? <span className={classes['missing']}> {t('layouts.missing')}</span> : null}
      </span>
      <ActionIcon size={24} aria-label={t('layouts.take', { piece: label })} onClick={onRemove}>
        <IconX size={14} />
      </ActionIcon>
    </li>
  );
}

/** A piece while it is dragged. */
export function PieceLabel({ name, isLifted }: { name: string; isLifted?: boolean }) {
  return (
    <div className={classes['piece']} data-lifted={isLifted || undefined}>
      <IconGripVertical size={14} aria-hidden />
      <span className={classes['grow']}>{name}</span>
    </div>
  );
}
