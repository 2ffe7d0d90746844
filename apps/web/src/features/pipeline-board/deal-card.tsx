import { useDraggable } from '@dnd-kit/core';
import { ActionIcon } from '@mantine/core';
import { Initials } from '@pellucid/ui';
import {
  IconAlertCircle,
  IconCalendar,
  IconCalendarOff,
  IconDots,
  IconHourglassHigh,
  IconZzz,
  type TablerIcon,
} from '@tabler/icons-react';
import { type KeyboardEvent, useContext, useState } from 'react';
import { flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { Menu } from '@/lib/layers/overlays';
import { isUnnamed, visibilityOf } from '@/records/access/field-visibility';
import { HiddenChip, MaskedValue, NotVisible } from '@/records/access/withheld-marks';
import { useFresh } from '@/records/live/fresh-records';
import { RecordLink } from '@/records/fields/record-link';
import { riskText } from '@/records/risks/risk-text';
import { type RiskKind, risksOf } from '@/records/risks/risks';
import { RiskLimitsContext } from './risk-limits';
import {
  isReference,
  type ObjectDescription,
  type RecordData,
  recordName,
} from '@/records/object-description';
import type { Stage } from './api/pipelines';
import { isOverdue, verbBetween } from './board-deals';
import classes from '@/records/board/board-card.module.css';

interface DealCardProps {
  object: ObjectDescription;
  deal: RecordData;
  stage: Stage;
  /** Whether it is being dragged. */
  isLifted?: boolean;
}

/** Contents of a card: name, account, amount, close date, owner. */
export function DealCard({ object, deal, stage, isLifted }: DealCardProps) {
  return (
    <div className={classes['card']} data-lifted={isLifted || undefined}>
      <span className={classes['name']}>{recordName(object, deal)}</span>
      <CardFacts deal={deal} stage={stage} />
    </div>
  );
}

/** How a card shows why a deal is at risk. A close date that has passed is marked where it stands. */
const RISK_ICONS: Partial<Record<RiskKind, TablerIcon>> = {
  stuck: IconHourglassHigh,
  unplanned: IconCalendarOff,
  inactive: IconZzz,
};

function CardFacts({ deal, stage }: { deal: RecordData; stage: Stage }) {
  const { t } = useTranslation('pipeline-board');
  const formats = useFormats();
  const { account, owner, amount, currency, closeDate } = deal;
  const limits = useContext(RiskLimitsContext);
  const overdue = isOverdue(deal, stage, formats.today());
  return (
    <>
      <span className={classes['account']}>
        {isUnnamed(account) ? <NotVisible /> : isReference(account) ? account.name : ' '}
      </span>
      <span className={classes['facts']}>
        {visibilityOf(deal, 'amount') === 'mask' ? (
          <MaskedValue />
        ) : visibilityOf(deal, 'amount') === 'hidden' ? (
          <HiddenChip />
        ) : typeof amount === 'string' ? (
          <span className={classes['amount']}>{formats.money(amount, currency as string | undefined)}</span>
        ) : (
          <span className={classes['noAmount']}>{t('card.noAmount')}</span>
        )}
        {typeof closeDate === 'string' ? (
          <span className={classes['date']} data-overdue={overdue || undefined}>
            {overdue ? (
              <IconAlertCircle size={13} role="img" aria-label={t('card.overdue')} />
            ) : (
              <IconCalendar size={13} aria-hidden />
            )}
            {formats.date(closeDate)}
          </span>
        ) : null}
        {(limits ? risksOf(deal, limits) : []).map((risk) => {
          const Icon = RISK_ICONS[risk.kind];
          const text = riskText(risk, t, formats);
          return Icon ? (
            <span key={risk.kind} className={classes['risk']} title={text}>
              <Icon size={14} role="img" aria-label={text} />
            </span>
          ) : null;
        })}
        {isReference(owner) && !isUnnamed(owner) ? (
          <span className={classes['owner']} title={owner.name}>
            <Initials name={owner.name} size={20} isRound />
            <span className={classes['hidden']}>{t('card.owner', { name: owner.name })}</span>
          </span>
        ) : null}
      </span>
    </>
  );
}

interface DraggableDealProps extends Omit<DealCardProps, 'isLifted'> {
  stages: Stage[];
  isReturned: boolean;
  isLocked: boolean;
  onMove: (deal: RecordData, target: Stage) => void;
  onPeek: (id: string) => void;
}

/** A card that can be dragged by mouse, finger or keyboard, or moved with its menu. */
export function DraggableDeal({
  object,
  deal,
  stage,
  stages,
  isReturned,
  isLocked,
  onMove,
  onPeek,
}: DraggableDealProps) {
  const { t } = useTranslation('pipeline-board');
  const name = recordName(object, deal);
  const isFresh = useFresh(deal.id);
  const { setNodeRef, setActivatorNodeRef, listeners, attributes, isDragging } = useDraggable({
    id: deal.id,
    data: { deal, stage, name },
    disabled: isLocked,
  });
  const targets = stages.filter((target) => verbBetween(stage, target));
  const [isMenuOpen, setMenuOpen] = useState(false);
  // A menu costs more than the rest of the card, so it is created when it is first opened. Never earlier: replacing the
  // button while it is pressed would lose the press.
  const [hasOpened, setHasOpened] = useState<false | 'byKey' | 'byButton'>(false);
  const open = (by: 'byKey' | 'byButton') => {
    // The menu returns the focus to the element that had it, so its button must exist first.
    if (!hasOpened) flushSync(() => setHasOpened(by));
    setMenuOpen(true);
  };
  const mayMove = !isLocked && targets.length > 0;
  /** The keys that open a context menu on desktops, and one that every keyboard has. */
  const openMenu = (event: KeyboardEvent) => {
    const isAsked =
      event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey) || event.key === 'm';
    if (!isAsked || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    open('byKey');
  };
  return (
    <article
      ref={setNodeRef}
      className={classes['card']}
      data-draggable={!isLocked || undefined}
      data-dragging={isDragging || undefined}
      data-returned={isReturned || undefined}
      data-fresh={isFresh || undefined}
      {...listeners}
    >
      <RecordLink
        ref={setActivatorNodeRef}
        to={`${object.path}/${deal.id}`}
        className={classes['name']}
        draggable={false}
        aria-keyshortcuts="M"
        onKeyDown={openMenu}
        aria-describedby={isLocked ? undefined : attributes['aria-describedby']}
      >
        {name}
      </RecordLink>
      <CardFacts deal={deal} stage={stage} />
      {!hasOpened ? (
        <ActionIcon
          size={22}
          className={classes['menu']}
          aria-label={t('card.menu', { name })}
          aria-haspopup="menu"
          onMouseDown={(event) => event.stopPropagation()}
          onTouchStart={(event) => event.stopPropagation()}
          onClick={() => open('byButton')}
        >
          <IconDots size={15} />
        </ActionIcon>
      ) : (
        <Menu position="bottom-end" withinPortal opened={isMenuOpen} onChange={setMenuOpen}>
          <Menu.Target>
            <ActionIcon
              size={22}
              className={classes['menu']}
              autoFocus={hasOpened === 'byButton'}
              aria-label={t('card.menu', { name })}
              onMouseDown={(event) => event.stopPropagation()}
              onTouchStart={(event) => event.stopPropagation()}
            >
              <IconDots size={15} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown
            onMouseDown={(event) => event.stopPropagation()}
            onTouchStart={(event) => event.stopPropagation()}
          >
            <Menu.Item onClick={() => onPeek(deal.id)}>{t('card.peek')}</Menu.Item>
            {mayMove ? (
              <Menu.Label>{stage.category === 'open' ? t('moveTo') : t('reopenIn')}</Menu.Label>
            ) : null}
            {(mayMove ? targets : []).map((target) => (
              <Menu.Item key={target.id} onClick={() => onMove(deal, target)}>
                {target.name}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </article>
  );
}
