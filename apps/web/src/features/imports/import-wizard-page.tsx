import { Alert, Button, Group, Stepper, Text } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { useMediaQuery } from '@mantine/hooks';
import {
  IconArrowLeft,
  IconArrowRight,
  IconFileImport,
  IconHistory,
  IconLock,
  IconPlayerPlay,
} from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PageTitle } from '@/app/shell/page-title';
import { Form, FormProblemCount } from '@/lib/forms/form';
import { mayUse } from '@/lib/session/permissions';
import { useUnsavedChanges } from '@/lib/unsaved/use-unsaved-changes';
import { useMe } from '@/lib/session/use-me';
import { useDocumentTitle } from '@/lib/use-document-title';
import { useObjects } from '@/records/api/describe-objects';
import { FileStep } from './file-step';
import { mappedKeys, mappedTwice, toOptions } from './import-choices';
import { isImportable } from './importable';
import classes from './import-wizard.module.css';
import { IdentifyStep } from './identify-step';
import { MappingStep } from './mapping-step';
import { RepeatedText } from './repeated-text';
import { ReviewStep } from './review-step';
import { useDryRun } from './use-dry-run';
import { useFileChoices } from './use-file-choices';

const STEPS = ['file', 'mapping', 'identify', 'review'] as const;

/** Leads from a file to a running import, in four steps. */
export default function ImportWizardPage() {
  const { t } = useTranslation('imports');
  const { permissions } = useMe();
  useDocumentTitle(t('wizard.title'));
  if (mayUse(permissions, 'manageImports')) return <ImportWizard />;
  return <StateMessage icon={<IconLock size={20} />} title={t('noRights.title')} text={t('noRights.text')} />;
}

function ImportWizard() {
  const { t } = useTranslation('imports');
  const navigate = useNavigate();
  const objects = useObjects().filter(isImportable);
  const isNarrow = useMediaQuery('(max-width: 47.99em)', false, { getInitialValueInEffect: false });
  const [step, setStep] = useState(0);
  /** The step that the user tried to leave before it was complete. */
  const [tried, setTried] = useState<number | undefined>();
  const heading = useRef<HTMLDivElement>(null);
  const file = useFileChoices(objects);
  const { object, inspection, reading, choices, isRepeated, template } = file;
  const { settle } = useUnsavedChanges(inspection !== undefined);
  const options = inspection && choices && object ? toOptions(object, choices, reading) : undefined;
  const dryRun = useDryRun(inspection?.fileId, options, step === STEPS.length - 1, (id) => {
    settle();
    void navigate({ to: `/imports/${id}`, replace: true });
  });

  const canLeave = [
    inspection !== undefined && object !== undefined && !file.isReading,
    choices !== undefined && mappedKeys(choices).length > 0 && mappedTwice(choices).size === 0,
    choices !== undefined && (choices.mode === 'create' || choices.matchBy.length > 0),
  ];
  const reachable = (index: number) => canLeave.slice(0, index).every(Boolean);
  const go = (index: number) => {
    dryRun.reset();
    setStep(index);
    // Moves scroll position and focus to the start of the new step.
    requestAnimationFrame(() => heading.current?.focus());
  };

  return (
    <section className={classes['page']} aria-labelledby="wizard-title">
      <header className={classes['header']}>
        <PageTitle
          id="wizard-title"
          title={t('wizard.title')}
          icon={<IconFileImport size={18} aria-hidden />}
        />
        {inspection ? (
          <Text size="xs" c="dimmed" className="pl-truncate">
            {inspection.name}
          </Text>
        ) : null}
      </header>
      {isNarrow ? (
        <Text size="xs" c="dimmed" px="md" pb="xs">
          {t('wizard.step', {
            step: step + 1,
            of: STEPS.length,
            name: t(`wizard.steps.${STEPS[step] ?? 'file'}`),
          })}
        </Text>
      ) : (
        <Stepper
          active={step}
          onStepClick={go}
          size="xs"
          iconSize={26}
          className={classes['stepper']}
          aria-label={t('wizard.stepsLabel')}
        >
          {STEPS.map((key, index) => (
            <Stepper.Step key={key} label={t(`wizard.steps.${key}`)} allowStepSelect={reachable(index)} />
          ))}
        </Stepper>
      )}
      <Form
        className={classes['form']}
        onSubmit={() => {
          if (canLeave[step]) go(step + 1);
          else setTried(step);
        }}
        // Enter in an input must not go to the next step.
        onKeyDown={(event) => {
          if (event.key === 'Enter' && event.target instanceof HTMLInputElement) event.preventDefault();
        }}
      >
        <div className={classes['body']}>
          <div ref={heading} tabIndex={-1} className={classes['focus']}>
            {isRepeated && inspection && step < 2 ? (
              <Alert color="gray" variant="light" mb="md" icon={<IconHistory size={18} />}>
                <Group justify="space-between" gap="xs">
                  <RepeatedText inspection={inspection} template={template} />
                  <Button size="xs" variant="default" onClick={file.startOver}>
                    {t('wizard.startOver')}
                  </Button>
                </Group>
              </Alert>
            ) : null}
            {step === 0 ? (
              <FileStep
                objects={objects}
                object={object}
                inspection={inspection}
                reading={reading}
                isReading={file.isReading}
                error={file.error}
                onFile={file.readFile}
                onReading={file.readAgain}
                onObject={file.chooseObject}
                preset={file.preset}
                template={template}
                onTemplate={file.applyTemplate}
              />
            ) : inspection && choices && object ? (
              step === 1 ? (
                <MappingStep
                  object={object}
                  inspection={inspection}
                  choices={choices}
                  onChange={file.update}
                  isTried={tried === step}
                  reading={reading}
                  isReading={file.isReading}
                  onReading={file.readAgain}
                />
              ) : step === 2 ? (
                <IdentifyStep object={object} choices={choices} onChange={file.setChoices} />
              ) : (
                <ReviewStep
                  object={object}
                  inspection={inspection}
                  choices={choices}
                  reading={reading}
                  error={dryRun.error}
                  onGo={go}
                  options={options}
                  dryRunId={dryRun.id}
                  onDryRun={dryRun.again}
                />
              )
            ) : null}
          </div>
        </div>
        <footer className={classes['footer']}>
          <Button
            variant="default"
            leftSection={<IconArrowLeft size={15} />}
            disabled={step === 0}
            onClick={() => go(step - 1)}
          >
            {t('wizard.back')}
          </Button>
          {step < STEPS.length - 1 ? (
            <Group gap="md">
              <FormProblemCount />
              <Button
                type="submit"
                rightSection={<IconArrowRight size={15} />}
                disabled={step === 0 && !canLeave[step]}
              >
                {t('wizard.next')}
              </Button>
            </Group>
          ) : (
            <Group gap="xs">
              <Button
                leftSection={<IconPlayerPlay size={15} />}
                loading={dryRun.isStarting}
                disabled={!dryRun.canStart}
                onClick={dryRun.start}
              >
                {dryRun.rows > 0 ? t('wizard.startRows', { count: dryRun.rows }) : t('wizard.start')}
              </Button>
            </Group>
          )}
        </footer>
      </Form>
    </section>
  );
}
