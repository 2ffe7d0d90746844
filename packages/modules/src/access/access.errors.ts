import { conflict, forbidden, ProblemError, unprocessable } from '@pellucid/platform/errors';

/** 409 for changing Company Admin, and for deleting any built-in role. */
export const builtInRole = (name: string, what: 'changed' | 'deleted') =>
  conflict(
    'builtInRole',
    what === 'changed'
      ? `The role "${name}" can't be changed. Copy it and change the copy.`
      : `The role "${name}" is built in and can't be deleted. Remove it from the people who have it instead.`,
  );

/** 409 for resetting a role that the company made itself. */
export const notBuiltIn = (name: string) =>
  conflict(
    'notBuiltIn',
    `Your company made the role "${name}", so it has no default to go back to. Change its rights instead.`,
  );

/** 409 for deleting a role that people or API keys have, without naming a replacement. */
export const roleInUse = (name: string, members: number, apiKeys: number) => {
  const who = [
    ...(members ? [`${members} ${members === 1 ? 'person' : 'people'}`] : []),
    ...(apiKeys ? [`${apiKeys} API ${apiKeys === 1 ? 'key' : 'keys'}`] : []),
  ].join(' and ');
  return conflict(
    'roleInUse',
    `${who} ${members + apiKeys === 1 ? 'has' : 'have'} the role "${name}". Choose the role they get instead with \`reassignTo\`.`,
    { members, apiKeys },
  );
};

/** 422 for naming the role being deleted as the replacement. */
export const sameRole = () =>
  unprocessable([
    {
      pointer: '?reassignTo',
      code: 'sameRole',
      message: 'This is the role you are deleting. Choose another one.',
    },
  ]);

/** 422 for a replacement role that does not exist. */
export const roleGone = () =>
  unprocessable([
    {
      pointer: '?reassignTo',
      code: 'unknownRole',
      message: "This role doesn't exist. Choose one from GET /roles.",
    },
  ]);

/** 403: nobody may make a role wider than their own rights. */
export const roleExceedsOwn = (right: string) =>
  forbidden(
    'roleExceedsOwn',
    `You don't have this right yourself (${right}), so you can't add it to a role.`,
  );

/** 422 for conditions on fields that the author may not filter by. */
export const conditionUnseen = (places: { index: number; field: string }[]) =>
  unprocessable(
    places.map(({ index, field }) => ({
      pointer: `/permissions/${index}/condition`,
      code: 'fieldNotInClear',
      message: `Your roles mask or hide "${field}", so you can't use it in a condition.`,
    })),
  );

/** 422 for a name that another role already has. */
export const nameTaken = (name: string) =>
  unprocessable([
    {
      pointer: '/name',
      code: 'nameTaken',
      message: `A role named "${name}" already exists. Choose another name.`,
    },
  ]);

/** 422 when the company has reached its limit of roles. */
export const tooManyRoles = (max: number) =>
  unprocessable([
    {
      pointer: '',
      code: 'tooMany',
      message: `A company can have at most ${max} roles. Delete one first.`,
    },
  ]);

/** 412: the role has changed since the caller read it. */
export const roleChanged = (current: object, yours: object) =>
  new ProblemError(
    412,
    'versionConflict',
    'Changed in the meantime',
    'Someone else changed this role. Reload it and repeat your change.',
    { current, yours },
  );

/** 403 for sharing a record that the caller may only read, or reaches only through a share. */
export const notTheirsToShare = (access: 'read' | 'edit') =>
  forbidden(
    'notYoursToShare',
    access === 'edit'
      ? "You can't share this record for editing because your own roles don't let you edit it."
      : 'You can only share a record that your own roles let you change.',
  );

/** 422 for sharing with a member or team that does not exist. */
export const unknownGrantee = (kind: 'member' | 'team') =>
  unprocessable([
    {
      pointer: '/grantee/id',
      code: 'unknownGrantee',
      message:
        kind === 'member'
          ? 'No active person has this ID. Choose someone who can log in.'
          : 'No team has this ID. Choose one from GET /teams.',
    },
  ]);

/** 422 for sharing with oneself. */
export const sharedWithSelf = () =>
  unprocessable([
    {
      pointer: '/grantee/id',
      code: 'sharedWithSelf',
      message: 'You already have access to this record. Choose someone else.',
    },
  ]);

/** 422 for presets with values that the author could not set themselves. */
export const presetBeyond = (places: { index: number; field: string; isUnseen: boolean }[]) =>
  unprocessable(
    places.map(({ index, field, isUnseen }) => ({
      pointer: `/permissions/${index}/preset/${field}`,
      code: isUnseen ? 'referenceMissing' : 'fieldNotWritable',
      message: isUnseen
        ? "This record doesn't exist. It may have been deleted."
        : `You can't set "${field}" yourself, so you can't preset it for others.`,
    })),
  );

/** 422 for a date in the past. */
export const untilHasPassed = () =>
  unprocessable([
    {
      pointer: '/until',
      code: 'untilHasPassed',
      message: 'The share would end before it starts. Choose a later time or none.',
    },
  ]);

/** 422 for an object that does not exist. */
export const unknownObject = (place: string, key: string) =>
  unprocessable([
    {
      pointer: place,
      code: 'unknownObject',
      message: `There is no object "${key}". Use a key from GET /objects.`,
    },
  ]);
