import type { MovePlan, MovePlanChanges } from '../api/moves';

/** Returns the plan with changes, as the API is going to answer, so that what people choose shows at once. */
export function changedPlan(plan: MovePlan, changes: MovePlanChanges): MovePlan {
  const { files = [], people = [], stages = [], choices = [] } = changes;
  return {
    files: plan.files.map((file) => {
      const change = files.find(({ fileId }) => fileId === file.fileId);
      if (!change) return file;
      const columns = file.columns.map((column) => {
        const own = change.columns?.find(({ name }) => name === column.name);
        if (!own) return column;
        return own.newField
          ? { ...column, field: null, newField: own.newField }
          : { ...column, field: own.field ?? null, newField: null };
      });
      return { ...file, isIncluded: change.isIncluded ?? file.isIncluded, columns };
    }),
    people: plan.people.map((person) => {
      const change = people.find(({ key }) => key === person.key);
      if (!change) return person;
      if (change.isNew !== undefined)
        return { ...person, isNew: change.isNew, member: change.isNew ? null : person.member };
      return { ...person, member: change.member ?? null, isNew: false };
    }),
    stages: plan.stages.map((stage) => {
      const change = stages.find(({ key }) => key === stage.key);
      if (!change) return stage;
      return { ...stage, stage: change.stage ?? null, isNew: change.isNew ?? false };
    }),
    choices: plan.choices.map((choice) => {
      const { fileId, column, value } = choice;
      const change = choices.find((c) => c.fileId === fileId && c.column === column && c.value === value);
      return change ? { ...choice, option: change.option } : choice;
    }),
  };
}
