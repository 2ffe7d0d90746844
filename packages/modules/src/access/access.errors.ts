import { conflict, forbidden, ProblemError, unprocessable } from '@pellucid/platform/errors';

/** 409 for Company Admin, which is as it is, and for deleting any built-in role. */
export const builtInRole = (name: string, what: 'changed' | 'deleted') =>
  conflict(
    'builtInRole',
    what === 'changed'
      ? `The role "${name}" cannot be changed: copy it and change the copy.`
      : `The role "${name}" is built in and cannot be deleted: take it from everybody who has it instead.`,
  );

/** 409 for a role that people or API keys have and nobody said what they get instead. */
export const roleInUse = (name: string, members: number, apiKeys: number) => {
  const who = [
    ...(members ? [`${members} ${members === 1 ? 'person' : 'people'}`] : []),
    ...(apiKeys ? [`${apiKeys} API ${apiKeys === 1 ? 'key' : 'keys'}`] : []),
  ].join(' and ');
  return conflict(
    'roleInUse',
    `${who} ${members + apiKeys === 1 ? 'has' : 'have'} the role "${name}": say which role they get instead with \`reassignTo\`.`,
    { members, apiKeys },
  );
};

/** 422 for giving people the role that is being deleted. */
export const sameRole = () =>
  unprocessable([
    {
      pointer: '?reassignTo',
      code: 'sameRole',
      message: 'This is the role that is to be deleted: name another one.',
    },
  ]);

/** 422 for giving people a role that is not there. */
export const roleGone = () =>
  unprocessable([
    {
      pointer: '?reassignTo',
      code: 'unknownRole',
      message: 'There is no such role: choose one of GET /roles.',
    },
  ]);

/** 403: a role may not be made wider than whoever makes it. */
export const roleExceedsOwn = (right: string) =>
  forbidden(
    'roleExceedsOwn',
    `You do not have this right yourself (${right}), so you cannot put it into a role.`,
  );

/** 422 for conditions on fields that whoever writes them may not filter by. */
export const conditionUnseen = (places: { index: number; field: string }[]) =>
  unprocessable(
    places.map(({ index, field }) => ({
      pointer: `/permissions/${index}/condition`,
      code: 'fieldNotInClear',
      message: `You do not see "${field}" in clear, so you cannot make a condition of it.`,
    })),
  );

/** 422 for a name that another role has. */
export const nameTaken = (name: string) =>
  unprocessable([
    {
      pointer: '/name',
      code: 'nameTaken',
      message: `There is a role "${name}" already: choose another name.`,
    },
  ]);

/** 422 where a company has as many roles as it can have. */
export const tooManyRoles = (max: number) =>
  unprocessable([
    {
      pointer: '',
      code: 'tooMany',
      message: `A company can have ${max} roles: delete one that nobody needs first.`,
    },
  ]);

/** 412: the role is not any more what the caller has seen. */
export const roleChanged = (current: object, yours: object) =>
  new ProblemError(
    412,
    'versionConflict',
    'Changed in between',
    'Somebody changed this role since you read it: read it again and repeat your change.',
    { current, yours },
  );

/** 403 for a record that somebody may only see, or has only by a share. */
export const notTheirsToShare = (access: 'read' | 'edit') =>
  forbidden(
    'notYoursToShare',
    access === 'edit'
      ? 'You cannot give a right to edit that your own roles do not give you over this record.'
      : 'Only whoever may change a record by their own roles can share it.',
  );

/** 422 for somebody who is not there to share with. */
export const unknownGrantee = (kind: 'member' | 'team') =>
  unprocessable([
    {
      pointer: '/grantee/id',
      code: 'unknownGrantee',
      message:
        kind === 'member'
          ? 'There is no active person with this id: choose somebody who can log in.'
          : 'There is no team with this id: choose one of GET /teams.',
    },
  ]);

/** 422 for sharing with oneself. */
export const sharedWithSelf = () =>
  unprocessable([
    {
      pointer: '/grantee/id',
      code: 'sharedWithSelf',
      message: 'You have this record already: choose somebody else.',
    },
  ]);

/** 422 for presets that whoever writes the role could not give themselves. */
export const presetBeyond = (places: { index: number; field: string; isUnseen: boolean }[]) =>
  unprocessable(
    places.map(({ index, field, isUnseen }) => ({
      pointer: `/permissions/${index}/preset/${field}`,
      code: isUnseen ? 'referenceMissing' : 'fieldNotWritable',
      message: isUnseen
        ? 'There is no such record. It may have been deleted.'
        : `You may not set "${field}" yourself, so you cannot preset it for others.`,
    })),
  );

/** 422 for a date that has passed. */
export const untilHasPassed = () =>
  unprocessable([
    {
      pointer: '/until',
      code: 'untilHasPassed',
      message: 'The share would be over before it began: give a later time, or none.',
    },
  ]);

/** 422 for an object that is not there. */
export const unknownObject = (place: string, key: string) =>
  unprocessable([
    {
      pointer: place,
      code: 'unknownObject',
      message: `There is no object "${key}": use a key of GET /objects.`,
    },
  ]);
