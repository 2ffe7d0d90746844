import { useDraggable, useDroppable } from '@dnd-kit/core';
import { ActionIcon } from '@mantine/core';
import { IconGripVertical, IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { LayoutPartProps } from './layout-audience';
import classes from './layouts.module.css';
import { movePiece, PALETTE, type PieceId, sectionsIn } from './model/layout-draft';

/** Fields and panels that are in no section. They are dragged from here, or added to the last section. */
export function LayoutPalette({
  draft,
  setDraft,
  names,
  pieces,
}: LayoutPartProps & { names: Map<PieceId, string>; pieces: PieceId[] }) {
  const { t } = useTranslation('fields');
  const { setNodeRef, isOver } = useDroppable({ id: PALETTE });
  const last = draft.sections.at(-1) ?? sectionsIn(draft).at(-1);
  return (
    <section
      ref={setNodeRef}
      className={classes['palette']}
      data-over={isOver || undefined}
      aria-label={t('layouts.palette')}
    >
      <h3 className={classes['heading']}>{t('layouts.palette')}</h3>
      <ul className={classes['pieces']}>
        {pieces.map((piece) => (
          <PalettePiece
            key={piece}
            id={piece}
            name={names.get(piece) ?? ''}
            onAdd={last && (() => setDraft((current) => movePiece(current, piece, last.id)))}
          />
        ))}
        {pieces.length === 0 ? <li className={classes['empty']}>{t('layouts.allPlaced')}</li> : null}
      </ul>
    </section>
  );
}

function PalettePiece({ id, name, onAdd }: { id: PieceId; name: string; onAdd: (() => void) | undefined }) {
  const { t } = useTranslation('fields');
  const { setNodeRef, setActivatorNodeRef, attributes, listeners, isDragging } = useDraggable({ id });
  return (
    <li ref={setNodeRef} className={classes['piece']} data-dragging={isDragging || undefined}>
      <ActionIcon
        ref={setActivatorNodeRef}
        {...attributes}
        {...listeners}
        size={24}
        className={classes['grip']}
        aria-label={t('drag', { field: name })}
      >
        <IconGripVertical size={14} />
      </ActionIcon>
      <span className={classes['grow']}>{name}</span>
      {onAdd ? (
        <ActionIcon size={24} aria-label={t('layouts.place', { piece: name })} onClick={onAdd}>
          <IconPlus size={14} />
        </ActionIcon>
      ) : null}
    </li>
  );
}
