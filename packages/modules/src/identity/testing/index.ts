export { appCode } from './authenticator-app.js';
export { confirmAddress } from './confirm-address.js';
export { SoftwareAuthenticator } from './software-authenticator.js';
