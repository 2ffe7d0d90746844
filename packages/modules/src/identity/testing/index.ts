export { appCode } from './authenticator-app.js';
export { SoftwareAuthenticator } from './software-authenticator.js';
