import { ActionIcon, Anchor } from '@mantine/core';
import { IconEyeClosed, IconEyeOff, IconHelpCircle, IconLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { askWhy, type WhyQuestion } from './access-questions';
import classes from './withheld-marks.module.css';

const ICONS = {
  mask: IconEyeClosed,
  hidden: IconEyeOff,
  viewOnly: IconLock,
  clear: IconHelpCircle,
  ask: IconHelpCircle,
};

interface WhyButtonProps {
  /** The subject of the question, for screen readers: "E-mail". */
  label: string;
  /** Selects the icon and the sentence on it. */
  reason: keyof typeof ICONS;
  /** The reason is already marked beside it, so a question mark is enough. */
  isMarked?: boolean;
  question: Omit<WhyQuestion, 'kind'>;
  className?: string;
  size?: number;
}

/** A small icon that says that something is withheld and opens the reason. */
export function WhyButton({ label, reason, isMarked, question, className, size = 22 }: WhyButtonProps) {
  const { t } = useTranslation('records');
  const Icon = ICONS[isMarked ? 'ask' : reason];
  return (
    <ActionIcon
      title={t(`access.ask.${reason}`)}
      size={size}
      variant="subtle"
      color="gray"
      className={`${classes['ask']} ${className ?? ''}`}
      aria-label={t(`access.askNamed.${reason}`, { field: label })}
      onClick={(event) => {
        event.stopPropagation();
        askWhy(question);
      }}
    >
      <Icon size={Math.min(15, size - 6)} />
    </ActionIcon>
  );
}

/** "Why?", within a sentence. */
export function WhyLink({ label, question }: { label: string; question: Omit<WhyQuestion, 'kind'> }) {
  const { t } = useTranslation('records');
  return (
    <Anchor
      component="button"
      type="button"
      inherit
      underline="always"
      aria-label={t('access.whyNamed', { field: label })}
      onClick={() => askWhy(question)}
    >
      {t('access.why')}
    </Anchor>
  );
}
