import sens from "node-sens"

export const make = ({ accessKey, from, secretKey, serviceId }) => {
  const client = new sens.NCPClient({ phoneNumber: from, serviceId, secretKey, accessKey })
  return { send: (options) => client.sendSMS(options) }
}
