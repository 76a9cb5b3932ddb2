import sens from "@pickk/sens"

export const make = ({ accessKey, from, secretKey, serviceId }) => {
  const client = new sens.SmsClient({ accessKey, secretKey, smsServiceId: serviceId, callingNumber: from })
  return { send: (options) => client.send(options) }
}
