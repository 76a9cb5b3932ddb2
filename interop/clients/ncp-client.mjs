import ncp from "ncp-client"

export const make = ({ accessKey, from, secretKey, serviceId }) => {
  const client = new ncp.SENS().smsService({ accessKey, secretKey }, { phone: from, serviceId })
  return {
    send: (messages) => client.sendSMS(messages),
    search: (requestId) => client.searchMessageRequest(requestId),
    result: (messageId) => client.searchMessageResult(messageId)
  }
}
