import { Button, type ButtonProps, HoverCard, Text } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { askWhy, type WhyQuestion } from './access-questions';
import { WhyLink } from './why-button';
import classes from './withheld-marks.module.css';

interface RefusedButtonProps extends Pick<ButtonProps, 'size'> {
  /** The action the button would perform: "Edit". */
  label: string;
  question: Omit<WhyQuestion, 'kind'>;
}

/** Takes the place of a button that the user may not use. It says so and opens the reason. */
export function RefusedButton({ label, question, size = 'xs' }: RefusedButtonProps) {
  const { t } = useTranslation('records');
  return (
    <HoverCard position="bottom-end" openDelay={150} shadow="md" withinPortal>
      <HoverCard.Target>
        <Button
          size={size}
          variant="default"
          aria-label={t('access.refusedNamed', { label })}
          className={classes['refused']}
          leftSection={<IconLock size={14} />}
          onClick={() => askWhy(question)}
        >
          {label}
        </Button>
      </HoverCard.Target>
      <HoverCard.Dropdown p="xs" maw={260}>
        <Text size="xs">
          {t('access.refused')} <WhyLink label={label} question={question} />
        </Text>
      </HoverCard.Dropdown>
    </HoverCard>
  );
}
